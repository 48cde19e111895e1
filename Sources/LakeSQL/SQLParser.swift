import LakeCore

/// The entrance to this module: text in, statements out.
package enum SQLParser {
  /// The deepest nesting of expressions, queries and joins that is read. Recursion over a tree is
  /// safe for that reason.
  package static var nestingMax: Int { 1000 }
}
