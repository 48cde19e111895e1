import LakeCore
import LakeFormats
import Synchronization

/// The number of rows and the fold of every column of a Parquet file. A task of the pool is a
/// column of a row group.
struct ParquetSums {
  let rowCount: Int
  private let schema: Schema
  private let folds: [ColumnFold]

  init(path: String, pool: ThreadPool) throws {
    let file = try ParquetFile.open(
      path, in: LocalFileSystem(), libraries: CodecLibraries(), tracker: nil)
    let columnCount = file.schema.count
    let state = Mutex([ColumnFold](repeating: ColumnFold(), count: columnCount))
    try pool.forEach(count: file.rowGroups.count * columnCount) { (_, index) in
      let (group, column) = (index / columnCount, index % columnCount)
      var fold = ColumnFold()
      try file.read(rowGroup: group, columns: [column]) { fold.add($0.columns[0]) }
      state.withLock { [fold] in $0[column].add(fold) }
    }
    rowCount = file.rowCount
    schema = file.schema
    folds = state.withLock { $0 }
  }

  func json(seconds: Double) -> String {
    let columns = zip(schema.fields, folds).map { "\"\($0.name)\":\($1.sum)" }
    return "{\"seconds\":\(seconds),\"rows\":\(rowCount),\"sums\":{"
      + "\(columns.joined(separator: ","))}}"
  }
}
