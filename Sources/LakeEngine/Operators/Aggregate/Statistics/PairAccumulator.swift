import LakeCore

/// What covariances and regressions are made of, of pairs (y, x) without nulls.
struct PairMoments: BitwiseCopyable {
  var count: Double = 0
  var meanX: Double = 0
  var meanY: Double = 0
  var sxx: Double = 0
  var syy: Double = 0
  var sxy: Double = 0

  mutating func add(x: Double, y: Double) {
    count += 1
    let (dx, dy) = (x - meanX, y - meanY)
    meanX += dx / count
    meanY += dy / count
    sxx += dx * (x - meanX)
    syy += dy * (y - meanY)
    sxy += dx * (y - meanY)
  }

  mutating func merge(_ other: PairMoments) {
    if other.count == 0 { return }
    if count == 0 {
      self = other
      return
    }
    let total = count + other.count
    let (dx, dy) = (other.meanX - meanX, other.meanY - meanY)
    let weight = count * other.count / total
    sxx += other.sxx + dx * dx * weight
    syy += other.syy + dy * dy * weight
    sxy += other.sxy + dx * dy * weight
    meanX += dx * other.count / total
    meanY += dy * other.count / total
    count = total
  }
}

/// corr, covar_*, regr_*: their first argument is y, their second x.
final class PairAccumulator: Accumulator {
  private let function: AggregateCall.Function
  private let kernels: Kernels
  private var moments: RawArray<PairMoments>

  init(_ function: AggregateCall.Function, _ kernels: Kernels) {
    self.function = function
    self.kernels = kernels
    moments = RawArray(tracker: kernels.tracker)
  }

  func reserve(groups: Int) throws { try moments.growZeroed(to: groups) }

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    guard arguments.count == 2 else { return }
    let (y, x) = (try arguments[0].flattened(kernels), try arguments[1].flattened(kernels))
    guard let ys = y.fixed?.pointer(as: Double.self), let xs = x.fixed?.pointer(as: Double.self)
    else { return }
    let moments = moments.pointer
    for row in 0..<count where !y.isNull(row) && !x.isNull(row) {
      moments[Int(groups[row])].add(x: xs[row], y: ys[row])
    }
  }

  var stateWidth: Int { 6 }

  func state(groups: Int) throws -> [ColumnVector] {
    try kernels.doubles(of: moments, count: groups)
  }

  func merge(state: [ColumnVector], _ groups: UnsafePointer<UInt32>, count: Int) throws {
    let others = try kernels.records(PairMoments.self, of: state, count: count)
    let (mine, theirs) = (moments.pointer, others.pointer)
    for row in 0..<count { mine[Int(groups[row])].merge(theirs[row]) }
  }

  func finish(groups: Int) throws -> ColumnVector {
    if function == .regressionCount {
      // Safe: a count of rows is far below 2^53.
      return try kernels.numbers(.bigint, groups) { Int64(moments.pointer[$0].count) }
    }
    return try kernels.doubles(groups) { result(moments.pointer[$0]) }
  }

  private func result(_ m: PairMoments) -> Double? {
    let n = m.count
    guard n > 0 else { return nil }
    switch function {
    case .covariancePopulation: return m.sxy / n
    case .covarianceSample: return n > 1 ? m.sxy / (n - 1) : nil
    case .correlation:
      let scale = (m.sxx * m.syy).squareRoot()
      return scale == 0 ? nil : m.sxy / scale
    case .regressionSlope: return m.sxx == 0 ? nil : m.sxy / m.sxx
    case .regressionIntercept: return m.sxx == 0 ? nil : m.meanY - m.sxy / m.sxx * m.meanX
    case .regressionFit:
      if m.sxx == 0 { return nil }
      return m.syy == 0 ? 1 : m.sxy * m.sxy / (m.sxx * m.syy)
    case .regressionMeanX: return m.meanX
    case .regressionMeanY: return m.meanY
    case .regressionSumXX: return m.sxx
    case .regressionSumYY: return m.syy
    case .regressionSumXY: return m.sxy
    default: return nil
    }
  }
}
