import LakeCore

/// One aggregate of all groups: what was seen so far, by the number of the group.
///
/// Batches come in the order of the rows. `merge` takes what another of the same kind saw of rows
/// that come after all of this one's.
protocol Accumulator: AnyObject {
  /// Makes room for groups; new ones have seen nothing.
  func reserve(groups: Int) throws

  /// Row `i` belongs to the group `groups[i]`. The arguments have `count` rows.
  func add(
    _ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws

  /// Group `g` of the other one is group `groups[g]` of this one.
  func merge(_ other: any Accumulator, _ groups: UnsafePointer<UInt32>, count: Int) throws

  /// Whether some of another one's groups can be merged as they lie, without its state.
  var mergesParts: Bool { get }

  /// Group `rows[i]` of the other one is group `groups[i]` of this one. Several may read one other
  /// at a time.
  func merge(
    _ other: any Accumulator, rows: UnsafePointer<UInt32>, _ groups: UnsafePointer<UInt32>,
    count: Int) throws

  /// About how many bytes it keeps besides what it has for each group.
  var keptBytes: Int { get }

  /// The number of columns of a state.
  var stateWidth: Int { get }

  /// What was seen of all groups as columns, for those who take it apart or put it on disk.
  /// Nothing is added afterwards.
  func state(groups: Int) throws -> [ColumnVector]

  /// Row `i` of the state of another one, perhaps of some of its groups only, is that of group
  /// `groups[i]`.
  func merge(state: [ColumnVector], _ groups: UnsafePointer<UInt32>, count: Int) throws

  /// The results of all groups.
  func finish(groups: Int) throws -> ColumnVector
}

extension Accumulator {
  var mergesParts: Bool { false }
  var stateWidth: Int { 1 }
  var keptBytes: Int { 0 }

  /// All groups are a part too.
  func merge(_ other: any Accumulator, _ groups: UnsafePointer<UInt32>, count: Int) throws {
    if !mergesParts {
      return try merge(state: try other.state(groups: count), groups, count: count)
    }
    try withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { rows in
      guard let all = rows.baseAddress else { return }
      for group in 0..<count { all[group] = UInt32(truncatingIfNeeded: group) }
      try merge(other, rows: all, groups, count: count)
    }
  }

  func merge(
    _ other: any Accumulator, rows: UnsafePointer<UInt32>, _ groups: UnsafePointer<UInt32>,
    count: Int
  ) throws {
    throw LakeError(.internal, "an aggregate is merged by its state")
  }
}

extension AggregateCall {
  func makeAccumulator(_ kernels: Kernels) throws -> any Accumulator {
    if !order.isEmpty { return try OrderedAccumulator(self, kernels) }
    if isDistinct {
      return try DistinctAccumulator(self, kernels)
    }
    return try makePlainAccumulator(kernels)
  }

  /// The accumulator for rows that all count.
  func makePlainAccumulator(_ kernels: Kernels) throws -> any Accumulator {
    let argument = arguments.first?.type
    switch function {
    case .approximateDistinct: return ApproximateDistinctAccumulator(kernels)
    case .count, .countIf:
      return CountAccumulator(countsTrue: function == .countIf, kernels)
    case .sum, .average:
      let isAverage = function == .average
      switch argument {
      case .real?, .double?:
        return DoubleSumAccumulator(type: type, isAverage: isAverage, kernels)
      default:
        return ExactSumAccumulator(
          argument: argument ?? .unseen, type: type, isAverage: isAverage, kernels)
      }
    case .minimum where arguments.count == 2, .minimumBy where arguments.count == 3,
      .maximum where arguments.count == 2, .maximumBy where arguments.count == 3:
      let isMaximum = function == .maximum || function == .maximumBy
      return CollectingAccumulator(
        self, required: arguments.count - 2, kernels, CollectedResults.best(isMaximum: isMaximum))
    case .minimum, .maximum, .minimumBy, .maximumBy:
      let isMaximum = function == .maximum || function == .maximumBy
      return BestAccumulator(
        type: type, ordering: arguments.last?.type ?? .unseen, isMaximum: isMaximum,
        givesOther: function == .minimumBy || function == .maximumBy, kernels)
    case .arbitrary: return FirstAccumulator(type: type, kernels)
    case .everyTrue, .anyTrue:
      return TruthAccumulator(isEvery: function == .everyTrue, kernels)
    case .arrayAggregate: return ListAccumulator(type: type, kernels)
    default: return try makeStatisticsAccumulator(kernels)
    }
  }

  private func makeStatisticsAccumulator(_ kernels: Kernels) throws -> any Accumulator {
    switch function {
    case .variancePopulation, .varianceSample, .deviationPopulation, .deviationSample, .skewness,
      .kurtosis, .geometricMean:
      return MomentAccumulator(function, kernels)
    case .bitwiseAnd, .bitwiseOr, .bitwiseXor, .checksum: return BitAccumulator(function, kernels)
    case .histogram, .mode:
      return try HistogramAccumulator(
        argument: arguments.last?.type ?? .unseen, type: type, function, kernels)
    case .mapAggregate:
      return CollectingAccumulator(self, required: 0, kernels, CollectedResults.map)
    case .multimapAggregate:
      return CollectingAccumulator(self, required: 0, kernels, CollectedResults.multimap)
    case .setAggregate:
      return CollectingAccumulator(self, required: nil, kernels, CollectedResults.set)
    case .collectSet:
      return CollectingAccumulator(self, required: 0, kernels, CollectedResults.set)
    case .listAggregate:
      return CollectingAccumulator(self, required: 0, kernels, CollectedResults.text)
    case .approximatePercentile:
      return CollectingAccumulator(self, required: 0, kernels, Percentiles.discrete)
    case .percentile, .median:
      return CollectingAccumulator(self, required: 0, kernels, Percentiles.continuous)
    default: return PairAccumulator(function, kernels)
    }
  }
}

extension Kernels {
  /// A flat vector of fixed width without a null.
  func vector(_ type: DataType, _ values: Buffer, count: Int) -> ColumnVector {
    ColumnVector(
      type: type, flat: FlatColumn(count: count, validity: nil, values: .fixed(values)))
  }

  /// A flat vector of fixed width with a byte for each row that is 1 where the row is valid. The
  /// bytes are readable behind the end, as those of a buffer are.
  func vector(
    _ type: DataType, _ values: Buffer, valid: UnsafePointer<UInt8>, count: Int
  ) throws(LakeError) -> ColumnVector {
    let validity = try Bitmap.packing(valid, count: count, tracker: tracker)
    return ColumnVector(
      type: type, flat: FlatColumn(count: count, validity: validity, values: .fixed(values)))
  }
}
