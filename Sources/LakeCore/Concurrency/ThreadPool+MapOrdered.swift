extension ThreadPool {
  /// Makes items one after the other, transforms them in parallel and consumes the results in the
  /// order of the items. The outcome is that of the plain loop
  ///
  ///     while let item = try produce() { try consume(transform(&state, item)) }
  ///
  /// whatever the number of threads: the error of the lowest item is the one that is thrown, after
  /// all items before it were consumed and none after it. When the call returns, nothing of it
  /// runs or is kept any more.
  ///
  /// - `produce` is called on threads of the pool, by one at a time, and not again after it
  ///   returned nil or threw. It may run while `consume` does: the two share nothing that changes.
  /// - `transform` runs in parallel, each call with a state that no other call uses meanwhile.
  ///   States are made on first use, at most one for each thread, and used again.
  /// - `consume` runs on the calling thread, which is not a thread of the pool.
  /// - `window` is the greatest number of items between the beginning of their production and the
  ///   end of their consumption; it bounds memory. Twice the threads keep all of them busy.
  /// - `cancellation` is looked at once for each item and ends the call with `cancelled`.
  ///
  /// A `produce` that blocks (a pipe to which nobody writes) blocks the call.
  package func mapOrdered<Item, State, Output>(
    window: Int,
    cancellation: CancellationFlag? = nil,
    makeState: @escaping @Sendable () throws -> State,
    produce: @escaping () throws -> Item?,
    transform: @escaping @Sendable (inout State, Item) throws -> Output,
    consume: (Output) throws -> Void
  ) throws {
    precondition(window > 0)
    precondition(!isCalledFromOwnThread, "a task must not wait for other tasks of its pool")
    let pipeline = OrderedPipeline(
      window: window, workerCount: threadCount, makeState: makeState, produce: produce,
      transform: transform)
    defer { pipeline.finish() }

    for _ in 0..<window { start(pipeline) }
    var index = 0
    while let output = try pipeline.waitForOutput(of: index) {
      try cancellation?.check()
      try consume(output)
      index += 1
      if !pipeline.isEndKnown { start(pipeline) }
    }
    try cancellation?.check()
  }

  /// As above, for transforms without a state.
  package func mapOrdered<Item, Output>(
    window: Int,
    cancellation: CancellationFlag? = nil,
    produce: @escaping () throws -> Item?,
    transform: @escaping @Sendable (Item) throws -> Output,
    consume: (Output) throws -> Void
  ) throws {
    try mapOrdered(
      window: window, cancellation: cancellation, makeState: {}, produce: produce,
      transform: { (_: inout Void, item: Item) in try transform(item) }, consume: consume)
  }

  private func start<Item, State, Output>(_ pipeline: OrderedPipeline<Item, State, Output>) {
    pipeline.expectTask()
    submit { worker in pipeline.runTask(worker: worker) }
  }
}
