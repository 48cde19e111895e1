import CSQLite
import LakeCore

/// One connection to one SQLite file, hardened against a file that somebody else has prepared:
/// its triggers and views do not run, its schema is not trusted, and nothing can write to the
/// schema's own tables. Used by one thread at a time, which the type does not see to itself.
///
/// Statements are compiled once for each text; values are parameters and never part of the text.
package final class SQLiteConnection {
  package enum Mode {
    case readWrite
    /// Nothing on disk.
    case memory
  }

  package let path: String
  private let handle: OpaquePointer
  private let busyMilliseconds: Int32
  private var statements: [String: SQLiteStatement] = [:]
  /// Whether what only writers need was set.
  private var isReadyToWrite = false

  package init(path: String, mode: Mode = .readWrite, busyMilliseconds: Int32) throws(LakeError) {
    var handle: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW
    let name = mode == .memory ? ":memory:" : path
    let result = sqlite3_open_v2(name, &handle, flags, nil)
    guard result == SQLITE_OK, let handle else {
      sqlite3_close_v2(handle)
      throw .sqlite(result, "", action: "open the catalog", path: path)
    }
    self.handle = handle
    self.path = path
    self.busyMilliseconds = busyMilliseconds
    sqlite3_extended_result_codes(handle, 1)
    sqlite3_busy_timeout(handle, busyMilliseconds)
    let options: [(Int32, Int32)] = [
      (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
      (SQLITE_DBCONFIG_ENABLE_TRIGGER, 0), (SQLITE_DBCONFIG_ENABLE_VIEW, 0),
      (SQLITE_DBCONFIG_ENABLE_FKEY, 1), (SQLITE_DBCONFIG_DQS_DML, 0), (SQLITE_DBCONFIG_DQS_DDL, 0),
    ]
    for (option, value) in options where lake_sqlite_set(handle, option, value) != SQLITE_OK {
      throw LakeError(
        .unsupported, "the installed SQLite cannot be hardened (option \(option))",
        at: .file(path), hint: "Install libsqlite3-0 3.37 or newer.")
    }
  }

  deinit {
    statements.removeAll()
    sqlite3_close_v2(handle)
  }

  /// Runs one statement.
  package func run(
    _ sql: String, _ parameters: [SQLiteValue] = [], action: String = "use the catalog"
  ) throws(LakeError) {
    try statement(sql, action).run(parameters, action: action) { _ in }
  }

  /// Runs a query and makes a value of each row.
  package func rows<T>(
    _ sql: String, _ parameters: [SQLiteValue] = [], action: String = "read the catalog",
    _ make: (SQLiteRow) throws(LakeError) -> T
  ) throws(LakeError) -> [T] {
    var found: [T] = []
    try statement(sql, action).run(parameters, action: action) { row throws(LakeError) in
      found.append(try make(row))
    }
    return found
  }

  /// The first row of a query, if it has one.
  func first<T>(
    _ sql: String, _ parameters: [SQLiteValue] = [],
    _ make: (SQLiteRow) throws(LakeError) -> T
  ) throws(LakeError) -> T? {
    try rows(sql, parameters, make).first
  }

  /// Runs several statements without parameters, as migrations have them.
  package func script(_ sql: String, action: String) throws(LakeError) {
    let result = sqlite3_exec(handle, sql, nil, nil, nil)
    guard result == SQLITE_OK else { throw failure(result, action) }
  }

  var lastInsertedID: Int { Int(sqlite3_last_insert_rowid(handle)) }
  var changedRows: Int { Int(sqlite3_changes(handle)) }

  /// Begins to write at once, so that a conflict is met before any work is done.
  func beginWriting() throws(LakeError) {
    if !isReadyToWrite {
      // What is erased is overwritten: the catalog holds ranges of people's data.
      try script(
        "PRAGMA secure_delete = ON; PRAGMA synchronous = NORMAL", action: "open the catalog")
      isReadyToWrite = true
    }
    // Short, so that the caller soon learns that it has to wait, and can say for whom.
    sqlite3_busy_timeout(handle, 100)
    defer { sqlite3_busy_timeout(handle, busyMilliseconds) }
    try run("BEGIN IMMEDIATE", action: "write the catalog")
  }

  func commit() throws(LakeError) { try run("COMMIT", action: "write the catalog") }

  /// Takes back what was not committed. A failure leaves nothing to be done: SQLite has rolled
  /// back by itself, or the connection is lost with all that it did.
  func rollBack() {
    if sqlite3_get_autocommit(handle) == 0 { try? run("ROLLBACK") }
  }

  private func statement(_ sql: String, _ action: String) throws(LakeError) -> SQLiteStatement {
    if let known = statements[sql] { return known }
    var compiled: OpaquePointer?
    let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
    let result = sqlite3_prepare_v3(handle, sql, -1, flags, &compiled, nil)
    guard result == SQLITE_OK, let compiled else { throw failure(result, action) }
    let statement = SQLiteStatement(handle: compiled, connection: handle, path: path)
    statements[sql] = statement
    return statement
  }

  private func failure(_ result: Int32, _ action: String) -> LakeError {
    .sqlite(result, String(cString: sqlite3_errmsg(handle)), action: action, path: path)
  }
}
