import LakeCore

/// How sorted rows lie on disk: the columns, and behind them what they are sorted by, as far as it
/// is not a column already. Keys are not computed again: `random()` would give others.
struct RunFormat: Sendable {
  let keys: [SortKey]
  /// Columns of the rows themselves.
  let columnCount: Int
  /// Where in the batch each key is.
  private let places: [Int]
  private let kernels: Kernels

  init(_ keys: [SortKey], columnCount: Int, _ kernels: Kernels) {
    self.keys = keys
    self.columnCount = columnCount
    self.kernels = kernels
    var end = columnCount
    places = keys.map { key in
      if case .column(let index) = key.expression.node { return index }
      defer { end += 1 }
      return end
    }
  }

  /// Rows as they are written.
  func batch(_ part: SortInput.Part) -> Batch {
    let extra = zip(part.orders, places).filter { $0.1 >= columnCount }.map { $0.0.column }
    return Batch(columns: part.batch.columns + extra, rowCount: part.batch.rowCount)
  }

  /// What the rows of a batch that was read are sorted by.
  func columns(of batch: Batch) throws(LakeError) -> SortColumns {
    var orders: [OrderVector] = []
    for (key, place) in zip(keys, places) {
      orders.append(
        place < columnCount
          ? try OrderVector(batch.columns[place], kernels)
          : try OrderVector(column: batch.columns[place], .init(key.expression.type), kernels))
    }
    return SortColumns(orders, keys)
  }
}

extension OrderVector {
  /// The values as a column, for a spill file: its type is one that lies in memory as they do.
  fileprivate var column: ColumnVector {
    let (type, values): (DataType, FlatColumn.Values) =
      switch form {
      case .word: (.bigint, .fixed(values))
      case .wide: (.uuid, .fixed(values))
      case .string: (.varbinary, .strings(StringValues(views: values, owners: owners)))
      case .none: (.unseen, .none)
      }
    return ColumnVector(
      type: type, flat: FlatColumn(count: count, validity: validity, values: values))
  }

  /// What `column` was made of.
  fileprivate init(
    column: ColumnVector, _ form: Form, _ kernels: Kernels
  ) throws(LakeError) {
    let flat = try column.flattened(kernels)
    let (values, owners): (Buffer, [Buffer]) =
      switch flat.values {
      case .fixed(let buffer): (buffer, [])
      case .strings(let strings): (strings.views, strings.owners)
      case .none, .list, .row: (Buffer(untracked: 0), [])
      }
    self.init(
      form: form, count: flat.count, validity: flat.validity, values: values, owners: owners)
  }
}
