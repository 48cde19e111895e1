import LakeCore

/// Files that call columns otherwise than their table does. The columns are the same in number,
/// order and type.
struct RenamedSource: TableSource {
  private let files: any TableSource
  /// As the files name them.
  private let columns: Schema

  init(_ files: any TableSource, columns: Schema) {
    self.files = files
    self.columns = columns
  }

  var rowCountEstimate: Int? { files.rowCountEstimate }
  var usesKeyFilters: Bool { files.usesKeyFilters }

  func open(_ request: ScanRequest, _ context: ExecutionContext) throws -> any MorselSource {
    var request = request
    request.schema = columns
    return try files.open(request, context)
  }
}
