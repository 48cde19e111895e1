import LakeCore

/// The actions of one kind in a batch of a checkpoint: a column of rows, null where the line is
/// another action.
struct ActionRows {
  private let column: ColumnVector
  private let fields: [Field]
  private let children: [ColumnVector]

  init(_ column: ColumnVector) {
    self.column = column
    guard case .row(let fields) = column.type, case .flat(let flat) = column.form,
      case .row(let children) = flat.values
    else {
      // Nothing but nulls, or no column of actions at all.
      fields = []
      children = []
      return
    }
    self.fields = fields
    self.children = children
  }

  private func forEachRow(_ body: (Int) throws(LakeError) -> Void) throws(LakeError) {
    if children.isEmpty { return }
    for row in 0..<column.count where column.position(of: row) != nil { try body(row) }
  }

  /// The rows as JSON has them.
  var values: [JSONValue] {
    if children.isEmpty { return [] }
    return (0..<column.count).filter { column.position(of: $0) != nil }
      .map { JSONValue(column.value(at: $0), column.type) }
  }

  func forEachAction(
    named name: String, _ body: (Action) throws(LakeError) -> Void
  ) throws(LakeError) {
    switch name {
    // There may be very many of these.
    case "add":
      let columns = FileColumns(self)
      try forEachRow { row throws(LakeError) in try body(.add(try columns.added(row))) }
    case "remove":
      let columns = FileColumns(self)
      try forEachRow { row throws(LakeError) in try body(.remove(try columns.removed(row))) }
    default:
      for value in values {
        if let action = try Action(.object([.init(name, value)])) { try body(action) }
      }
    }
  }

  fileprivate func child(_ name: String) -> ColumnVector? {
    fields.firstIndex { $0.name == name }.map { children[$0] }
  }
}

/// The columns of files that are added or removed.
private struct FileColumns {
  private let path: ColumnVector?
  private let partitionValues: ColumnVector?
  private let size: ColumnVector?
  private let modificationTime: ColumnVector?
  private let deletionTimestamp: ColumnVector?
  private let dataChange: ColumnVector?
  private let stats: ColumnVector?
  private let tags: ColumnVector?
  private let deletionVector: ColumnVector?

  init(_ rows: ActionRows) {
    path = rows.child("path")
    partitionValues = rows.child("partitionValues")
    size = rows.child("size")
    modificationTime = rows.child("modificationTime")
    deletionTimestamp = rows.child("deletionTimestamp")
    dataChange = rows.child("dataChange")
    stats = rows.child("stats")
    tags = rows.child("tags")
    deletionVector = rows.child("deletionVector")
  }

  func added(_ row: Int) throws(LakeError) -> AddedFile {
    guard let path = path?.text(row), let size = size?.integer(row), size >= 0 else {
      throw Action.damage("'add' in the checkpoint lacks 'path' or 'size'")
    }
    var file = AddedFile(
      path: try DataPath.decode(path), partitionValues: partitionValues?.texts(row) ?? [:],
      size: size, modificationTime: modificationTime?.integer(row) ?? 0,
      dataChange: dataChange?.boolean(row) ?? true, statisticsText: stats?.text(row),
      deletionVector: try DeletionVector(deletionVector?.json(row)), tags: tags?.texts(row))
    file.spelling = DataPath.spelling(path, of: file.path)
    return file
  }

  func removed(_ row: Int) throws(LakeError) -> RemovedFile {
    guard let path = path?.text(row) else {
      throw Action.damage("'remove' in the checkpoint lacks 'path'")
    }
    var file = RemovedFile(
      path: try DataPath.decode(path), deletionTimestamp: deletionTimestamp?.integer(row),
      dataChange: dataChange?.boolean(row) ?? true, size: size?.integer(row),
      partitionValues: partitionValues?.texts(row),
      deletionVector: try DeletionVector(deletionVector?.json(row)))
    file.spelling = DataPath.spelling(path, of: file.path)
    return file
  }
}

extension ColumnVector {
  fileprivate func text(_ row: Int) -> String? {
    guard let (column, row) = position(of: row), let strings = column.strings else { return nil }
    return strings.pointer[row].text
  }

  fileprivate func integer(_ row: Int) -> Int? {
    if case .int(let value) = value(at: row) { Int(value) } else { nil }
  }

  fileprivate func boolean(_ row: Int) -> Bool? {
    if case .bool(let value) = value(at: row) { value } else { nil }
  }

  /// A map of texts.
  fileprivate func texts(_ row: Int) -> [String: String?]? {
    guard let (column, row) = position(of: row), case .list(let lists) = column.values else {
      return nil
    }
    let range = lists.pointer[row]..<lists.pointer[row + 1]
    if range.isEmpty { return [:] }
    guard case .flat(let entries) = lists.child.form, case .row(let parts) = entries.values,
      parts.count == 2
    else { return nil }
    var result: [String: String?] = [:]
    for entry in range {
      guard let key = parts[0].text(Int(entry)) else { continue }
      result.updateValue(parts[1].text(Int(entry)), forKey: key)
    }
    return result
  }

  fileprivate func json(_ row: Int) -> JSONValue? {
    position(of: row).map { _ in JSONValue(value(at: row), type) }
  }
}

extension JSONValue {
  /// A value of a checkpoint, as an entry would say it.
  fileprivate init(_ value: Value, _ type: DataType) {
    switch (value, type) {
    case (.bool(let value), _): self = .bool(value)
    case (.int(let value), _): self = .number(String(value))
    case (.string(let text), _): self = .string(text)
    case (.list(let members), .array(let element)):
      self = .array(members.map { JSONValue($0, element) })
    case (.list(let entries), .map(_, let item)):
      self = .object(
        entries.compactMap { entry in
          guard case .row(let pair) = entry, pair.count == 2, case .string(let key) = pair[0]
          else { return nil }
          return Member(key, JSONValue(pair[1], item))
        })
    case (.row(let members), .row(let fields)):
      self = .object(
        zip(fields, members).map { Member($0.name, JSONValue($1, $0.type)) })
    default: self = .null
    }
  }
}
