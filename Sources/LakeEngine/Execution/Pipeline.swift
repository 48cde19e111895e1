import LakeCore

/// A source of morsels, and the stages that its batches pass through on the thread that read them.
struct Pipeline: Sendable {
  var source: any MorselSource
  var stages: [any StageMaker] = []
  /// The counters of the source and of each stage; nil where nobody wants to know.
  var nodes: [NodeCounters?]?

  init(_ source: any MorselSource, node: NodeCounters? = nil) {
    self.source = source
    nodes = node.map { [$0] }
  }

  /// `node` counts what comes out of the stage.
  mutating func append(_ stage: any StageMaker, node: NodeCounters?) {
    stages.append(stage)
    nodes?.append(node)
  }

  /// Says for which node the rows are that come out last.
  mutating func relabel(_ node: NodeCounters?) {
    guard let node, let last = nodes?.indices.last else { return }
    nodes?[last] = node
  }

  /// Runs every morsel on the pool and consumes what comes of each in the order of the morsels, on
  /// the calling thread.
  ///
  /// `each` gets a function that sends the rows of its morsel to a sink.
  func runMorsels<Result: Sendable>(
    _ context: ExecutionContext,
    each: @escaping @Sendable (_ feed: ((Batch) throws -> Void) throws -> Void) throws -> Result,
    consume: (Result) throws -> Void
  ) throws {
    let cancellation = context.cancellation
    let chains = ChainPool(stages, nodes: nodes, cancellation: cancellation)
    let source = self.source
    try context.pool.mapOrdered(
      window: 2 * context.pool.threadCount,
      cancellation: cancellation,
      produce: { try source.next() },
      transform: { morsel in
        let result = try chains.withChain { chain in
          try each { sink in
            try chain.run(morsel, emit: sink)
          }
        }
        return (morsel, result)
      },
      consume: { (done: (any Morsel, Result)) in
        try done.0.settle()
        try consume(done.1)
      })
  }

  /// Runs every batch through `transform` on the pool.
  func run<Output: Sendable>(
    _ context: ExecutionContext,
    transform: @escaping @Sendable (Batch) throws -> Output,
    consume: (Output) throws -> Void
  ) throws {
    try runMorsels(
      context,
      each: { feed in
        var outputs: [Output] = []
        try feed { outputs.append(try transform($0)) }
        return outputs
      },
      consume: { for output in $0 { try consume(output) } })
  }
}

/// Pipelines one after the other, as one source.
// @unchecked Sendable: `next` is called by one thread at a time.
final class ChainedSource: MorselSource, @unchecked Sendable {
  private let parts: [(source: any MorselSource, chains: ChainPool)]
  private var position = 0

  init(_ pipelines: [Pipeline], cancellation: CancellationFlag) {
    parts = pipelines.map {
      ($0.source, ChainPool($0.stages, nodes: $0.nodes, cancellation: cancellation))
    }
  }

  func next() throws -> (any Morsel)? {
    while position < parts.count {
      if let morsel = try parts[position].source.next() {
        return ChainedMorsel(morsel: morsel, chains: parts[position].chains)
      }
      position += 1
    }
    return nil
  }

  private struct ChainedMorsel: Morsel {
    let morsel: any Morsel
    let chains: ChainPool

    func read(emit: (Batch) throws -> Void) throws {
      try chains.withChain { try $0.run(morsel, emit: emit) }
    }

    func settle() throws { try morsel.settle() }
  }
}
