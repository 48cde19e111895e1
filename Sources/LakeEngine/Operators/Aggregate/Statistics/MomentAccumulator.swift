import Glibc
import LakeCore

/// What variances and their like are made of: the number of values, their mean, and the sums of the
/// powers of their distances from it. Two of these make the one of all values (Pébay, 2008).
struct Moments: BitwiseCopyable {
  var count: Double = 0
  var mean: Double = 0
  var m2: Double = 0
  var m3: Double = 0
  var m4: Double = 0

  mutating func add(_ value: Double) {
    let before = count
    count += 1
    let delta = value - mean
    let part = delta / count
    let term = delta * part * before
    mean += part
    m4 +=
      term * part * part * (count * count - 3 * count + 3) + 6 * part * part * m2 - 4 * part * m3
    m3 += term * part * (count - 2) - 3 * part * m2
    // Of whole numbers exact in most cases, which the product of three is not.
    m2 += delta * (value - mean)
  }

  mutating func merge(_ other: Moments) {
    if other.count == 0 { return }
    if count == 0 {
      self = other
      return
    }
    let (a, b) = (count, other.count)
    let total = a + b
    let delta = other.mean - mean
    let (d2, d3, d4) = (delta * delta, delta * delta * delta, delta * delta * delta * delta)
    let m2 = self.m2 + other.m2 + d2 * a * b / total
    let m3 =
      self.m3 + other.m3 + d3 * a * b * (a - b) / (total * total)
      + 3 * delta * (a * other.m2 - b * self.m2) / total
    let m4First = d4 * a * b * (a * a - a * b + b * b) / (total * total * total)
    let m4Second = 6 * d2 * (a * a * other.m2 + b * b * self.m2) / (total * total)
    m4 += other.m4 + m4First + m4Second + 4 * delta * (a * other.m3 - b * self.m3) / total
    mean += delta * b / total
    (self.m2, self.m3, count) = (m2, m3, total)
  }
}

/// Variances, deviations, skewness, kurtosis and the geometric mean of doubles. For that mean,
/// `Moments.mean` is a sum of logarithms.
final class MomentAccumulator: Accumulator {
  private let function: AggregateCall.Function
  private let kernels: Kernels
  private var moments: RawArray<Moments>

  init(_ function: AggregateCall.Function, _ kernels: Kernels) {
    self.function = function
    self.kernels = kernels
    moments = RawArray(tracker: kernels.tracker)
  }

  func reserve(groups: Int) throws { try moments.growZeroed(to: groups) }

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    guard let flat = try arguments.first?.flattened(kernels), let buffer = flat.fixed else {
      return
    }
    let (values, moments) = (buffer.pointer(as: Double.self), moments.pointer)
    let isGeometric = function == .geometricMean
    for row in 0..<count where !flat.isNull(row) {
      let group = Int(groups[row])
      if isGeometric {
        moments[group].count += 1
        moments[group].mean += log(values[row])
      } else {
        moments[group].add(values[row])
      }
    }
  }

  var stateWidth: Int { 5 }

  func state(groups: Int) throws -> [ColumnVector] {
    try kernels.doubles(of: moments, count: groups)
  }

  func merge(state: [ColumnVector], _ groups: UnsafePointer<UInt32>, count: Int) throws {
    let others = try kernels.records(Moments.self, of: state, count: count)
    let (mine, theirs) = (moments.pointer, others.pointer)
    let isGeometric = function == .geometricMean
    for row in 0..<count {
      let (group, part) = (Int(groups[row]), theirs[row])
      if isGeometric {
        mine[group].count += part.count
        mine[group].mean += part.mean
      } else {
        mine[group].merge(part)
      }
    }
  }

  func finish(groups: Int) throws -> ColumnVector {
    try kernels.doubles(groups) { result(moments.pointer[$0]) }
  }

  private func result(_ m: Moments) -> Double? {
    let n = m.count
    switch function {
    case .variancePopulation: return n > 0 ? m.m2 / n : nil
    case .varianceSample: return n > 1 ? m.m2 / (n - 1) : nil
    case .deviationPopulation: return n > 0 ? (m.m2 / n).squareRoot() : nil
    case .deviationSample: return n > 1 ? (m.m2 / (n - 1)).squareRoot() : nil
    case .geometricMean: return n > 0 ? exp(m.mean / n) : nil
    case .skewness: return n > 2 ? n.squareRoot() * m.m3 / pow(m.m2, 1.5) : nil
    case .kurtosis:
      guard n > 3 else { return nil }
      let scaled = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3))
      let variance = m.m2 / (n - 1)
      return scaled * m.m4 / (variance * variance) - 3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3))
    default: return nil
    }
  }
}

extension Kernels {
  /// Numbers of a type, by their bits in memory, without a null.
  func numbers<T: BitwiseCopyable>(
    _ type: DataType, _ count: Int, _ body: (Int) -> T
  ) throws -> ColumnVector {
    let values = try Buffer(byteCount: count * MemoryLayout<T>.stride, tracker: tracker)
    let out = values.pointer(as: T.self)
    for row in 0..<count { out[row] = body(row) }
    return ColumnVector(
      type: type, flat: FlatColumn(count: count, validity: nil, values: .fixed(values)))
  }

  /// Doubles, null where the body gives none.
  func doubles(_ count: Int, _ body: (Int) -> Double?) throws -> ColumnVector {
    let values = try Buffer(byteCount: count * 8, tracker: tracker)
    var valid = try RawArray<UInt8>(count: (count + 63) / 64 * 64, tracker: tracker)
    let out = values.pointer(as: Double.self)
    for row in 0..<count {
      let value = body(row)
      out[row] = value ?? 0
      valid.pointer[row] = value == nil ? 0 : 1
    }
    valid.count = count
    return try vector(.double, values, valid: valid.pointer, count: count)
  }
}
