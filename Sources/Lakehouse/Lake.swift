import LakeCore
import LakeEngine
import LakeFormats

/// A session: the threads, the memory and the libraries that work on files shares.
///
///     let lake = try Lake()
///     let report = try lake.convert(Conversion(inputs: ["readings.json"], output: "readings.csv"))
///     print(report.recordCount)
///
/// A session can be used from several threads; each call waits for its own work.
public final class Lake: Sendable {
  let pool: ThreadPool
  let fileSystem: any FileSystem
  let libraries: CodecLibraries
  let memory: MemoryTracker
  let settings: Settings
  let standardInput: SpooledInput

  /// What a session may use of the machine.
  public struct Settings: Sendable {
    /// Nil for as many as there are cores to be used.
    public var threadCount: Int?
    /// Bytes; nil for half of what the machine, or the container, has.
    public var memoryLimit: Int?
    /// Whether libraries that make compression faster are used where they are installed.
    public var usesOptionalCodecs = true
    /// Where standard input is put down while it is read more than once, and rows that memory has
    /// no room for; nothing there has a name.
    public var temporaryDirectory = "/tmp"
    /// Whether queries put on disk whatever they can, however much room there is: for tests.
    package var spillsAlways = false
    /// How queries are carried out; answers do not depend on it.
    package var execution = ExecutionOptions()

    public init() {}
  }

  public convenience init(_ settings: Settings = Settings()) throws(LakeError) {
    try self.init(settings, fileSystem: LocalFileSystem())
  }

  package init(_ settings: Settings, fileSystem: any FileSystem) throws(LakeError) {
    self.settings = settings
    self.fileSystem = fileSystem
    standardInput = SpooledInput(fileSystem, temporaryDirectory: settings.temporaryDirectory)
    let machine = Machine.current(fileSystem: fileSystem)
    pool = try ThreadPool(threadCount: settings.threadCount ?? machine.coreCount)
    libraries = CodecLibraries(useOptional: settings.usesOptionalCodecs)
    memory = MemoryTracker(
      name: "the session", limit: settings.memoryLimit ?? machine.defaultMemoryLimit)
  }

  /// Where and when queries put rows on disk.
  var spilling: SpillSettings {
    SpillSettings(directory: settings.temporaryDirectory, isForced: settings.spillsAlways)
  }
}

extension Lake {
  /// Says that standard input holds something else than data: statements, for example.
  package func refuseStandardInput(_ error: LakeError) {
    standardInput.refuse(error)
  }
}

/// Work that is going on: it says how far it has come, and can be told to stop.
public final class Activity: Sendable {
  /// Files are mostly read twice.
  public enum Stage: Sendable {
    /// Every record is looked at to infer the columns.
    case inferring
    /// Every record is read into columns.
    case reading
  }

  /// Called now and then, with what was done since the last call.
  public typealias Report = @Sendable (_ stage: Stage, _ records: Int, _ bytes: Int) -> Void

  let cancellation: CancellationFlag
  private let report: Report?

  public convenience init(report: Report? = nil) {
    self.init(cancellation: CancellationFlag(), report: report)
  }

  package init(cancellation: CancellationFlag, report: Report? = nil) {
    self.cancellation = cancellation
    self.report = report
  }

  /// Ends the work at the next piece of input, with an error whose code is `cancelled`.
  public func cancel() { cancellation.cancel() }

  func progress(_ stage: Stage) -> ScanProgress? {
    report.map { report in ScanProgress { records, bytes in report(stage, records, bytes) } }
  }
}
