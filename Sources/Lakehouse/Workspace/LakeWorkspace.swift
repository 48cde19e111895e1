import LakeCatalog
import LakeCore
import LakeEngine
import LakePipelines
import LakeTables
import Synchronization

/// A workspace: a lake with its catalog, and everything that can be done with it.
///
///     let lake = try Lake()
///     let workspace = try lake.openWorkspace(at: "/data/stedi")
///     for table in try workspace.runPipeline("stedi") { print(table.table, table.rowCount) }
///     let count = try workspace.query("SELECT count(*) FROM customer_trusted").rows
///
/// Making one costs nothing: the disk is looked at when something needs it. A query that names no
/// table can be asked where there is no workspace at all.
public final class LakeWorkspace: Sendable {
  package let lake: Lake
  package let cancellation: CancellationFlag
  /// Told once for each wait, for whom: `process 4711 (lake)`.
  let onWait: (@Sendable (_ holder: String) -> Void)?
  /// Where the search for the workspace begins.
  private let directory: String
  private let state = Mutex(State())

  private struct State {
    var session: WorkspaceSession?
    var wasLookedFor = false
  }

  init(
    _ lake: Lake, directory: String, cancellation: CancellationFlag,
    onWait: (@Sendable (_ holder: String) -> Void)? = nil
  ) {
    self.lake = lake
    self.directory = directory
    self.cancellation = cancellation
    self.onWait = onWait
  }

  /// The absolute path of the workspace, without symbolic links.
  public var root: String {
    get throws(LakeError) { try session.layout.root }
  }

  /// What works on the tables needs; an error where there is no workspace.
  package var session: WorkspaceSession {
    get throws(LakeError) {
      if let session = try sessionIfAny { return session }
      // Says what is missing.
      _ = try Workspace.require(from: directory, in: lake.fileSystem)
      throw LakeError(.internal, "the workspace came to be while it was looked for")
    }
  }

  /// Nil where there is no workspace.
  package var sessionIfAny: WorkspaceSession? {
    get throws(LakeError) {
      try state.withLock { state throws(LakeError) in
        if state.wasLookedFor { return state.session }
        let found = try Workspace.find(from: directory, in: lake.fileSystem)
        state.session = found.map { makeSession($0) }
        state.wasLookedFor = true
        return state.session
      }
    }
  }

  private func makeSession(_ workspace: Workspace) -> WorkspaceSession {
    let engine = "lake \(LakeVersion.current)"
    var session = WorkspaceSession(
      workspace: workspace,
      catalog: Catalog(
        workspace, fileSystem: lake.fileSystem, waiting: Catalog.Waiting(onWait: onWait)),
      fileSystem: lake.fileSystem, pool: lake.pool, libraries: lake.libraries,
      memory: lake.memory, cancellation: cancellation,
      tableOptions: TableOptions(engine: engine), engineVersion: engine,
      startedAt: Int64(Moment.now()))
    session.spilling = lake.spilling
    session.crawl = { [weak self] table in _ = try self?.crawl([.table(table)]) }
    return session
  }

  /// The session of a command that begins now: who is granted is a question of the moment.
  package var sessionFromNow: WorkspaceSession {
    get throws(LakeError) {
      var session = try session
      session.startedAt = Int64(Moment.now())
      return session
    }
  }

  /// As above, for a statement, which may read standard input.
  var sessionOfStatement: WorkspaceSession {
    get throws(LakeError) {
      var session = try sessionFromNow
      session.inputs = inputs
      return session
    }
  }

  private var inputs: InputFileSystem {
    InputFileSystem(
      base: lake.fileSystem, standardInput: lake.standardInput, cancellation: cancellation)
  }

  /// What execution has to work with, also where there is no workspace. The moment is that of the
  /// call.
  package func executionContext() -> ExecutionContext {
    var context = ExecutionContext(
      pool: lake.pool,
      fileSystem: inputs, libraries: lake.libraries, tracker: lake.memory,
      cancellation: cancellation, startedAt: Int64(Moment.now()))
    context.spilling = lake.spilling
    context.options = lake.settings.execution
    return context
  }

  /// What `catalog/*.sql` says now.
  package func definitions() throws(LakeError) -> WorkspaceDefinitions {
    let session = try session
    return try WorkspaceDefinitions(layout: session.layout, fileSystem: session.fileSystem)
  }

  /// Finds and reads pipelines.
  package func pipelines() throws(LakeError) -> PipelineReader {
    let session = try session
    return PipelineReader(layout: session.layout, fileSystem: session.fileSystem)
  }
}

extension Lake {
  /// The workspace that a directory is in: the nearest one upward with `catalog/workspace.json`.
  public func openWorkspace(at directory: String = ".") throws(LakeError) -> LakeWorkspace {
    let workspace = workspace(from: directory)
    _ = try workspace.session
    return workspace
  }

  /// As above, but looked for only when it is needed.
  package func workspace(
    from directory: String, cancellation: CancellationFlag = CancellationFlag(),
    onWait: (@Sendable (_ holder: String) -> Void)? = nil
  ) -> LakeWorkspace {
    LakeWorkspace(self, directory: directory, cancellation: cancellation, onWait: onWait)
  }
}
