import LakeCore
import Synchronization

/// The metadata catalog of a workspace: one SQLite file that many processes may use at once.
///
/// It is a cache. Files are the truth for landing, logs for managed tables, `catalog/*.sql` for
/// definitions; what only the catalog knows is the history of runs. Readers never wait; a writer
/// waits for the one before it and says for whom.
///
///     let catalog = Catalog(workspace, fileSystem: fileSystem)
///     let tables = try catalog.read { try $0.tables() }
///     try catalog.write { try $0.save(&table) }
///
/// Opening is put off until the first use. A workspace that was never crawled has no file yet:
/// readers see an empty catalog, and the first writer makes it.
package final class Catalog: Sendable {
  /// How long a writer waits for another one.
  package struct Waiting: Sendable {
    package var secondsMax: Double
    /// Told once, when a writer has to wait, for whom: `process 4711 (lake)`.
    package var onWait: (@Sendable (_ holder: String) -> Void)?

    package init(
      secondsMax: Double = 30, onWait: (@Sendable (_ holder: String) -> Void)? = nil
    ) {
      self.secondsMax = secondsMax
      self.onWait = onWait
    }
  }

  package let workspace: Workspace
  let path: String
  let fileSystem: any FileSystem
  let waiting: Waiting
  private let state = Mutex(State())

  /// One connection, behind the lock.
  // @unchecked Sendable: the connection is reached only through the lock that holds this.
  private struct State: @unchecked Sendable {
    var connection: SQLiteConnection?
    /// Whether it stands for a file that was not there.
    var isEmptyStandIn = false
  }

  package init(_ workspace: Workspace, fileSystem: any FileSystem, waiting: Waiting = Waiting()) {
    self.workspace = workspace
    self.fileSystem = fileSystem
    self.waiting = waiting
    path = workspace.layout.catalogFile
  }

  /// Reads, all of it in the state of one moment.
  package func read<T: Sendable>(
    _ body: (CatalogSession) throws(LakeError) -> T
  ) throws(LakeError) -> T {
    try state.withLock { state throws(LakeError) in
      let connection = try readable(&state)
      try connection.run("BEGIN", action: "read the catalog")
      // Also ends after an error; nothing was written that could be lost.
      defer { connection.rollBack() }
      return try body(CatalogSession(connection))
    }
  }

  /// Writes, all or nothing. Keep it short: other writers wait.
  package func write<T: Sendable>(
    _ body: (CatalogSession) throws(LakeError) -> T
  ) throws(LakeError) -> T {
    try state.withLock { state throws(LakeError) in
      let connection = try writable(&state)
      try begin(connection)
      do throws(LakeError) {
        let result = try body(CatalogSession(connection))
        try connection.commit()
        return result
      } catch {
        connection.rollBack()
        throw error
      }
    }
  }

  /// Closes the connection; the next use opens it again.
  package func close() {
    state.withLock { $0 = State() }
  }

  private func readable(_ state: inout State) throws(LakeError) -> SQLiteConnection {
    if let connection = state.connection, !state.isEmptyStandIn { return connection }
    if try fileSystem.status(of: path, followLinks: false) != nil {
      return try open(&state)
    }
    if let connection = state.connection { return connection }
    let connection = try SQLiteConnection(path: path, mode: .memory, busyMilliseconds: 0)
    try CatalogMigration(connection, path: path).run()
    state = State(connection: connection, isEmptyStandIn: true)
    return connection
  }

  private func writable(_ state: inout State) throws(LakeError) -> SQLiteConnection {
    if let connection = state.connection, !state.isEmptyStandIn { return connection }
    if try fileSystem.status(of: path, followLinks: false) == nil {
      try fileSystem.makeDirectories(workspace.layout.catalogDirectory)
      do throws(LakeError) {
        // Made here and not by SQLite, which would let everybody read it. An empty file is a
        // database without tables.
        try fileSystem.create(path).close()
      } catch {
        guard error.code == .alreadyExists else { throw error }
      }
    }
    return try open(&state)
  }

  private func open(_ state: inout State) throws(LakeError) -> SQLiteConnection {
    state = State()
    let connection = try SQLiteConnection(path: path, busyMilliseconds: 5_000)
    let migration = CatalogMigration(connection, path: path)
    if try migration.isNeeded() {
      try connection.script("PRAGMA journal_mode = WAL", action: "open the catalog")
      try begin(connection)
      do throws(LakeError) {
        try migration.run()
        try connection.commit()
      } catch {
        connection.rollBack()
        throw error
      }
    }
    state.connection = connection
    return connection
  }

  /// Begins to write, after whoever writes now.
  private func begin(_ connection: SQLiteConnection) throws(LakeError) {
    let deadline = Moment.now() + Int(waiting.secondsMax * 1_000_000)
    var wasTold = false
    while true {
      do throws(LakeError) {
        return try connection.beginWriting()
      } catch {
        guard error.isSQLiteBusy else { throw error }
        let holder = LockHolder.find(of: path, in: fileSystem)
        guard Moment.now() < deadline else {
          throw LakeError(
            .conflict, "the catalog is being written by \(holder ?? "another process")",
            at: .file(path), hint: "Try again when it has finished.", cause: error.cause)
        }
        if !wasTold { waiting.onWait?(holder ?? "another process") }
        wasTold = true
      }
    }
  }
}
