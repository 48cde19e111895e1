import LakeEngine

/// What a statement of a session sees beside the tables of the workspace: temporary tables,
/// standard input, parameters.
package struct StatementNames {
  /// Finds the tables of the workspace too.
  package var resolver: any TableResolver
  package var makeBinder: BinderMaker

  package init(resolver: any TableResolver, makeBinder: @escaping BinderMaker) {
    self.resolver = resolver
    self.makeBinder = makeBinder
  }
}
