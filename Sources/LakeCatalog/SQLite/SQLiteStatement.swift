import CSQLite
import LakeCore

/// A compiled statement. Belongs to its connection, which keeps it for the next use.
final class SQLiteStatement {
  private let handle: OpaquePointer
  private let connection: OpaquePointer
  private let path: String

  init(handle: OpaquePointer, connection: OpaquePointer, path: String) {
    self.handle = handle
    self.connection = connection
    self.path = path
  }

  deinit {
    sqlite3_finalize(handle)
  }

  /// Runs the statement to its end and hands out each row, which lives only during the call.
  func run(
    _ parameters: [SQLiteValue], action: String, row body: (SQLiteRow) throws(LakeError) -> Void
  ) throws(LakeError) {
    precondition(parameters.count == Int(sqlite3_bind_parameter_count(handle)))
    defer {
      sqlite3_reset(handle)
      sqlite3_clear_bindings(handle)
    }
    for (index, value) in parameters.enumerated() {
      let result = bind(value, at: Int32(index + 1))
      if result != SQLITE_OK { throw failure(result, action) }
    }
    while true {
      let result = sqlite3_step(handle)
      switch result {
      case SQLITE_ROW: try body(SQLiteRow(handle: handle))
      case SQLITE_DONE: return
      default: throw failure(result, action)
      }
    }
  }

  private func bind(_ value: SQLiteValue, at index: Int32) -> Int32 {
    switch value {
    case .null:
      return sqlite3_bind_null(handle, index)
    case .integer(let value):
      return sqlite3_bind_int64(handle, index, Int64(value))
    case .real(let value):
      return sqlite3_bind_double(handle, index, value)
    case .text(var text):
      return text.withUTF8 { bytes in
        guard let count = Int32(exactly: bytes.count) else { return SQLITE_TOOBIG }
        guard let base = bytes.baseAddress else {
          return lake_sqlite_bind_text(handle, index, "", 0)
        }
        return base.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
          lake_sqlite_bind_text(handle, index, $0, count)
        }
      }
    case .blob(let bytes):
      guard let count = Int32(exactly: bytes.count) else { return SQLITE_TOOBIG }
      if bytes.isEmpty { return sqlite3_bind_zeroblob(handle, index, 0) }
      return bytes.withUnsafeBytes { lake_sqlite_bind_blob(handle, index, $0.baseAddress, count) }
    }
  }

  private func failure(_ result: Int32, _ action: String) -> LakeError {
    let extended = sqlite3_extended_errcode(connection)
    let detail = String(cString: sqlite3_errmsg(connection))
    return .sqlite(
      extended & 0xFF == result & 0xFF ? extended : result, detail, action: action, path: path)
  }
}

/// One row of a result, valid while its statement stands on it.
package struct SQLiteRow {
  let handle: OpaquePointer

  func isNull(_ column: Int) -> Bool {
    sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL
  }

  package func int(_ column: Int) -> Int { Int(sqlite3_column_int64(handle, Int32(column))) }
  func optionalInt(_ column: Int) -> Int? { isNull(column) ? nil : int(column) }
  func optionalBits(_ column: Int) -> UInt64? {
    isNull(column) ? nil : UInt64(UInt(bitPattern: int(column)))
  }

  func bool(_ column: Int) -> Bool { int(column) != 0 }
  func optionalBool(_ column: Int) -> Bool? { isNull(column) ? nil : bool(column) }

  func double(_ column: Int) -> Double { sqlite3_column_double(handle, Int32(column)) }
  func optionalDouble(_ column: Int) -> Double? { isNull(column) ? nil : double(column) }

  package func text(_ column: Int) -> String {
    guard let bytes = sqlite3_column_text(handle, Int32(column)) else { return "" }
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

  func blob(_ column: Int) -> [UInt8] {
    guard let bytes = sqlite3_column_blob(handle, Int32(column)) else { return [] }
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    return Array(UnsafeRawBufferPointer(start: bytes, count: count))
  }

  func optionalBlob(_ column: Int) -> [UInt8]? { isNull(column) ? nil : blob(column) }
}
