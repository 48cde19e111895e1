import LakeCore
import LakeEngine
import LakeTables

/// What every publish is made of, a job's and an edit's: the checks of its rows, and their way
/// through these into files.
struct PublishWork {
  let session: WorkspaceSession
  let state: RunState

  /// Everything that the rows are held to.
  func checks(
    of bound: BoundJob, _ policies: [ConsentPolicy], _ rejects: TableRejects
  ) throws -> PublishChecks {
    let context = session.execution.evaluation
    var consents: [ConsentCheck] = []
    for rule in bound.consents {
      guard let registry = state.registry else { continue }
      let register = try registry.register(of: registry.policy(named: rule.policy))
      consents.append(ConsentCheck(rule, register))
    }
    let epochs = try policies.map { try state.registry?.epoch(of: $0) ?? "" }
    return PublishChecks(
      contract: bound.contract.contract ?? TableContract(text: ""),
      consents: ConsentChecks(consents, context),
      conditions: bound.conditions.map {
        ConditionCheck($0.label, $0.action, broken: $0.broken, context)
      },
      keys: bound.keys.map {
        UniquenessCheck($0.label, $0.action, columns: $0.columns, isPrimary: $0.isPrimary)
      },
      kernels: context.kernels, policyHash: policies.map(\.hash).joined(separator: ","),
      epoch: epochs.joined(separator: ","), reject: { try rejects.add($0, $1, reason: $2) })
  }

  /// Executes the query. Rows of a partition come one after the other, so that one file is open at
  /// a time; a sort that does not fit into memory goes to disk.
  func stream(
    _ bound: BoundJob, to write: StagedWrite, _ checks: PublishChecks, keepsRows: Bool = false
  ) throws -> (read: Int, kept: KeptRows) {
    let kernels = session.execution.evaluation.kernels
    var kept = KeptRows()
    let read = try rows(of: bound.plan.sorted(by: bound.partitionColumns), checks) { batch in
      try write.append(batch)
      if keepsRows { try kept.add(batch, checks.lastSelection, bound.schema.count, kernels) }
    }
    return (read, kept)
  }

  /// Executes a plan and hands over its rows in order, each batch just when it can be checked.
  /// Returns how many were read for it.
  func rows(
    of plan: Plan, _ checks: PublishChecks, emit: (Batch) throws -> Void
  ) throws -> Int {
    let context = session.execution
    let kernels = context.evaluation.kernels
    let profile = ExecutionProfile()
    let consents = checks.consents
    try Execution(try Optimizer().optimize(plan), context, profile: profile).run(
      transform: { batch in
        // Rows wait in memory, for their row group to be full or for the jobs that read them. What
        // is left of a text of which most rows were filtered out must not keep all of it alive.
        let dense = try batch.compacted(kernels)
        let columns = try dense.columns.map { try kernels.compacted($0) }
        return try consents.examine(Batch(columns: columns, rowCount: dense.rowCount))
      },
      consume: { examined in
        checks.expect(examined)
        try emit(examined.batch)
      })
    return profile.rowsScanned
  }
}

extension Plan {
  /// The rows in the order of some columns, and as before where these are equal.
  func sorted(by columns: [String]) -> Plan {
    let fields = schema.fields
    let keys = columns.compactMap { column in
      schema.index(of: column).map { SortKey(.column($0, fields[$0].type)) }
    }
    return keys.isEmpty ? self : .sort(self, keys)
  }
}
