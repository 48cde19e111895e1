import LakeCore

/// A source whose columns the table calls otherwise.
struct RenamingSource: TableSource {
  let base: any TableSource
  /// The columns as the source knows them.
  let schema: Schema

  var rowCountEstimate: Int? { base.rowCountEstimate }

  func open(_ request: ScanRequest, _ context: ExecutionContext) throws -> any MorselSource {
    var request = request
    request.schema = schema
    return try base.open(request, context)
  }
}
