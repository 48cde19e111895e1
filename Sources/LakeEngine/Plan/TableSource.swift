import LakeCore
import LakeFormats

/// Something that rows can be read from: text files, Parquet files, a version of a managed table,
/// batches in memory.
package protocol TableSource: Sendable {
  /// About how many rows there are, where that is known without reading.
  var rowCountEstimate: Int? { get }

  /// Whether it reads less where it is told which keys are looked for.
  var usesKeyFilters: Bool { get }

  /// Whether its rows are in files, and so have `"$path"` and `"$row"`.
  var isOfFiles: Bool { get }

  /// Prepares a reading. What is read is settled here: files that appear later are not seen.
  func open(_ request: ScanRequest, _ context: ExecutionContext) throws -> any MorselSource
}

extension TableSource {
  package var usesKeyFilters: Bool { false }
  package var isOfFiles: Bool { true }
}

/// What a scan asks of a source.
package struct ScanRequest: Sendable {
  /// The schema that the table has been bound with.
  package var schema: Schema
  package var columns: [ScanPlan.Column]
  /// The source gives exactly the rows for which this is true; it refers to `columns` by place.
  package var predicate: BoundExpression?
  /// Rows that none of these lets pass may be left out.
  package var keyFilters: [ScanKeyFilter] = []
  /// Where the source says what it reads and what it passes over, if anybody wants to know.
  package var counters: ScanCounters?

  package init(
    schema: Schema, columns: [ScanPlan.Column], predicate: BoundExpression?,
    counters: ScanCounters? = nil
  ) {
    self.schema = schema
    self.columns = columns
    self.predicate = predicate
    self.counters = counters
  }
}

/// A reading that has begun: a sequence of pieces of work whose rows, one after the other, are the
/// rows of the source in order.
package protocol MorselSource: AnyObject, Sendable {
  /// The next piece; nil behind the last. Called by one thread at a time, and cheap: the work is in
  /// the morsel.
  func next() throws -> (any Morsel)?
}

/// A piece of a source that one thread reads: a range of a text file, a row group, some batches.
/// How a source is cut into morsels depends on the data alone, never on the number of threads.
package protocol Morsel: Sendable {
  /// Hands out the rows in order. Runs on a thread of the pool.
  func read(emit: (Batch) throws -> Void) throws

  /// Called after `read`, on the thread that runs the query, for one morsel after the other in
  /// order, before anything is done with the rows: the place for counts and rejects.
  func settle() throws
}

extension Morsel {
  package func settle() throws {}
}

/// What execution has to work with.
package struct ExecutionContext: Sendable {
  package var pool: ThreadPool
  package var fileSystem: any FileSystem
  package var libraries: CodecLibraries
  package var options = ExecutionOptions()
  package var tracker: MemoryTracker
  package var cancellation: CancellationFlag
  /// The moment at which the run or the query began, in microseconds since 1970.
  package var startedAt: Int64
  /// Where rows go that memory has no room for.
  package var spilling = SpillSettings()

  package init(
    pool: ThreadPool, fileSystem: any FileSystem, libraries: CodecLibraries,
    tracker: MemoryTracker, cancellation: CancellationFlag, startedAt: Int64
  ) {
    self.pool = pool
    self.fileSystem = fileSystem
    self.libraries = libraries
    self.tracker = tracker
    self.cancellation = cancellation
    self.startedAt = startedAt
  }

  /// Runs `body` for every index below `count`: on the pool, which must not be asked by one of its
  /// own threads, or here.
  func forEach(
    count: Int, inParallel: Bool, _ body: @escaping @Sendable (_ index: Int) throws -> Void
  ) throws {
    if inParallel {
      return try pool.forEach(count: count, cancellation: cancellation) { _, index in
        try body(index)
      }
    }
    for index in 0..<count { try body(index) }
  }

  package var evaluation: EvaluationContext {
    EvaluationContext(kernels: Kernels(tracker: tracker), startedAt: startedAt)
  }
}
