import LakeCatalog
import LakeCore
import LakeCrawler
import LakeEngine
import LakeFormats
import LakePipelines

/// What a run did, with the crawl before it.
package struct RunOutcome: Sendable {
  package var crawl: CrawlReport?
  package var run: RunReport
}

extension LakeWorkspace {
  /// Crawls landing and runs a pipeline, or one job of one.
  ///
  /// One run at a time holds the workspace's lock; a second one ends with a conflict that names the
  /// first.
  package func run(
    _ name: String?, _ options: RunOptions = RunOptions(), observer: (any RunObserver)? = nil,
    progress: ScanProgress? = nil
  ) throws -> RunOutcome {
    let lock = try lockForRun()
    defer { lock.release() }
    let (pipeline, only) = try pipeline(named: name)
    let crawl = try crawl(progress: progress).first
    if let failed = crawl?.tables.lazy.compactMap(\.failure).first { throw failed }
    var options = options
    if let only { options.only = [only] }
    let runner = PipelineRunner(try sessionFromNow, try definitions(), options: options)
    return RunOutcome(crawl: crawl, run: try runner.run(pipeline, observer: observer))
  }

  /// The lock that a run holds from its first step to its last.
  func lockForRun() throws(LakeError) -> any FileLock {
    let session = try session
    let path = Path.join(session.layout.catalogDirectory, ".run.lock")
    do throws(LakeError) {
      return try session.fileSystem.lock(path, waitingMilliseconds: 0)
    } catch {
      guard error.code == .conflict else { throw error }
      var error = error
      error.message = "a run is going on: \(error.message)"
      error.hint = "Try again when it has finished; lake runs shows it."
      throw error
    }
  }

  /// A pipeline by its name, or by the name of a table that it makes; without a name, the only one.
  package func pipeline(
    named name: String?
  ) throws(LakeError) -> (pipeline: Pipeline, only: TableName?) {
    let reader = try pipelines()
    do throws(LakeError) {
      return (try reader.find(name), nil)
    } catch {
      guard error.code == .notFound, let name else { throw error }
      let pipelines = try reader.all()
      let targets = pipelines.flatMap { $0.jobs.map(\.target) }
      let parts = name.split(separator: ".").map(String.init)
      guard !parts.isEmpty,
        let table = try? TableNameRules.resolve(parts, among: targets, databases: []),
        let pipeline = pipelines.first(where: { $0.job(making: table) != nil })
      else {
        var error = error
        let names = pipelines.map(\.name) + targets.map(\.suffixed)
        error.message = "there is no pipeline '\(name)', and no job that makes a table of that name"
        error.hint = Suggestion.hint(for: name, among: names) ?? error.hint
        throw error
      }
      return (pipeline, table)
    }
  }
}

extension LakeWorkspace {
  /// What a run of a pipeline, or of one job, would do.
  package func plan(
    _ name: String?, _ options: RunOptions = RunOptions()
  ) throws -> PipelinePlanReport {
    let (pipeline, only) = try pipeline(named: name)
    _ = try crawl()
    var options = options
    if let only { options.only = [only] }
    return try PipelinePlanner(try sessionFromNow, try definitions(), options: options).plan(
      pipeline)
  }

  /// What the conditions of a pipeline's jobs, or of one of them, keep and drop.
  package func preview(_ name: String?) throws -> [JobPreview] {
    let (pipeline, only) = try pipeline(named: name)
    _ = try crawl()
    let (session, definitions) = (try sessionFromNow, try definitions())
    return try pipeline.jobs.filter { only == nil || $0.target == only }.map {
      try JobPreview(of: $0, in: session, definitions)
    }
  }

  /// What an audit of all governed tables says.
  package func audit() throws -> [AuditFinding] {
    try ConsentAuditor(try sessionFromNow, try definitions()).audit()
  }
}
