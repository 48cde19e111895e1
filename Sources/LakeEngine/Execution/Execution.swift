import LakeCore

/// A plan that is carried out.
///
/// 1. The plan becomes pipelines (`PlanCompiler`): a source of morsels, and stages that batches
///    pass through on the thread that read them.
/// 2. What must have seen all rows before it gives one (the build side of a join, an aggregate, a
///    sort) runs its own pipeline to the end and is a source then.
/// 3. The last pipeline's batches are handed to the caller, in order.
///
/// The rows and their order are the same on any number of threads.
package struct Execution: Sendable {
  private let plan: Plan
  private let context: ExecutionContext
  private let profile: ExecutionProfile?
  /// Bits of hashes that operators look at, so that tests can make all hashes equal.
  package var hashMask: UInt64 = .max
  /// From so many groups on an aggregate deals them out to parts.
  package var groupsOfOnePart = 1 << 14

  package init(_ plan: Plan, _ context: ExecutionContext, profile: ExecutionProfile? = nil) {
    self.plan = plan
    self.context = context
    self.profile = profile
  }

  /// Carries the plan out. `transform` runs on threads of the pool, for each batch; `consume` on
  /// the calling thread, which is no thread of the pool, in the order of the rows.
  package func run<Output: Sendable>(
    transform: @escaping @Sendable (Batch) throws -> Output, consume: (Output) throws -> Void
  ) throws {
    let compiler = PlanCompiler(
      context, profile: profile, hashMask: hashMask, groupsOfOnePart: groupsOfOnePart)
    let pipeline = try compiler.compile(plan)
    try pipeline.run(context, transform: transform, consume: consume)
  }

  /// All rows, in batches without selections.
  package func collect() throws -> [Batch] {
    let kernels = context.evaluation.kernels
    var batches: [Batch] = []
    try run(
      transform: { try $0.compacted(kernels) },
      consume: { batches.append($0) })
    return batches
  }
}
