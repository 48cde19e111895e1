import LakeCore

/// Partial results of runs of 1, 2, 4, … positions, for frames that slide.
private struct PartialResults<T: BitwiseCopyable> {
  private let levels: [RawArray<T>]

  /// `combine` takes the results of two runs that follow each other.
  init(
    _ leaves: RawArray<T>, _ tracker: MemoryTracker?, _ combine: (T, T) -> T
  ) throws {
    var levels = [leaves]
    var last = leaves
    while last.count > 1 {
      let half = (last.count + 1) / 2
      let next = try RawArray<T>(count: half, tracker: tracker)
      for index in 0..<half {
        let (a, b) = (2 * index, 2 * index + 1)
        next.pointer[index] =
          b < last.count ? combine(last.pointer[a], last.pointer[b]) : last.pointer[a]
      }
      levels.append(next)
      last = next
    }
    self.levels = levels
  }

  /// Of positions `range`, from the left.
  func result(_ range: Range<Int>, _ combine: (T, T) -> T) -> T? {
    var (low, high, level) = (range.lowerBound, range.upperBound, 0)
    var (left, right): (T?, T?)
    while low < high {
      let values = levels[level].pointer
      if low & 1 == 1 {
        left = left.map { combine($0, values[low]) } ?? values[low]
        low += 1
      }
      if high & 1 == 1 {
        high -= 1
        right = right.map { combine(values[high], $0) } ?? values[high]
      }
      (low, high, level) = (low >> 1, high >> 1, level + 1)
    }
    guard let left else { return right }
    return right.map { combine(left, $0) } ?? left
  }
}

/// sum and avg of doubles and reals.
struct WindowDoubleSums {
  private struct Partial: BitwiseCopyable {
    var sum: Double
    var count: Int64
  }

  private let frames: DistinctFrames
  private let layout: WindowLayout
  private let counts: RawArray<UInt8>

  init(_ frames: DistinctFrames, _ layout: WindowLayout, _ counts: RawArray<UInt8>) {
    self.frames = frames
    self.layout = layout
    self.counts = counts
  }

  func vector(_ call: AggregateCall, _ argument: ColumnVector) throws -> ColumnVector {
    let kernels = layout.kernels
    let sum = DoubleSumAccumulator(
      type: call.type, isAverage: call.function == .average, kernels)
    let leaves = try leaves(argument)
    try sum.reserve(groups: frames.count)
    let combine: (Partial, Partial) -> Partial = {
      Partial(sum: $0.sum + $1.sum, count: $0.count + $1.count)
    }
    var tree: PartialResults<Partial>?
    var (range, running) = (0..<0, Partial(sum: 0, count: 0))
    for frame in 0..<frames.count {
      let wanted = frames[frame]
      if wanted.lowerBound != range.lowerBound || wanted.upperBound < range.upperBound
        || range.isEmpty
      {
        (range, running) = (wanted.lowerBound..<wanted.lowerBound, Partial(sum: 0, count: 0))
      }
      if wanted.upperBound - range.upperBound > 32, range.isEmpty, frame > 0,
        frames[frame - 1].upperBound > wanted.lowerBound
      {
        // A frame that slides over the one before.
        let known = try tree ?? PartialResults(leaves, kernels.tracker, combine)
        tree = known
        let found = known.result(wanted, combine) ?? running
        sum.set(frame, sum: found.sum, count: found.count)
        continue
      }
      for position in range.upperBound..<wanted.upperBound {
        running = combine(running, leaves.pointer[position])
      }
      range = wanted
      sum.set(frame, sum: running.sum, count: running.count)
    }
    return try sum.finish(groups: frames.count)
  }

  private func leaves(_ argument: ColumnVector) throws -> RawArray<Partial> {
    let flat = try argument.flattened(layout.kernels)
    let leaves = try RawArray<Partial>(count: layout.rowCount, tracker: layout.kernels.tracker)
    let isFloat = argument.type.physical == .float32
    for position in 0..<layout.rowCount {
      let row = Int(layout.rows[position])
      leaves.pointer[position] = Partial(sum: 0, count: 0)
      guard counts.pointer[position] != 0, let buffer = flat.fixed else { continue }
      let value =
        isFloat
        ? Double(buffer.pointer(as: Float.self)[row]) : buffer.pointer(as: Double.self)[row]
      leaves.pointer[position] = Partial(sum: value, count: 1)
    }
    return leaves
  }
}

/// min and max: the first of the best rows of a frame.
struct WindowBest {
  private let frames: DistinctFrames
  private let layout: WindowLayout
  private let counts: RawArray<UInt8>

  init(_ frames: DistinctFrames, _ layout: WindowLayout, _ counts: RawArray<UInt8>) {
    self.frames = frames
    self.layout = layout
    self.counts = counts
  }

  func vector(_ argument: ColumnVector, isMaximum: Bool) throws -> ColumnVector {
    let kernels = layout.kernels
    let column = SortColumns(
      try OrderVector(argument, kernels), isDescending: isMaximum, nullsFirst: false)
    // A row's number; behind the last row, none.
    let none = UInt32(truncatingIfNeeded: layout.rowCount)
    let leaves = try RawArray<UInt32>(count: layout.rowCount, tracker: kernels.tracker)
    for position in 0..<layout.rowCount {
      leaves.pointer[position] = counts.pointer[position] == 0 ? none : layout.rows[position]
    }
    let combine: (UInt32, UInt32) -> UInt32 = { a, b in
      if a == none || b == none { return a == none ? b : a }
      return column.compare(Int(a), Int(b)) <= 0 ? a : b
    }
    var tree: PartialResults<UInt32>?
    let picked = try RawArray<UInt32>(count: frames.count, tracker: kernels.tracker)
    var (range, running) = (0..<0, none)
    for frame in 0..<frames.count {
      let wanted = frames[frame]
      let goesOn =
        !range.isEmpty && wanted.lowerBound == range.lowerBound
        && wanted.upperBound >= range.upperBound
      if !goesOn { (range, running) = (wanted.lowerBound..<wanted.lowerBound, none) }
      if !goesOn, wanted.count > 32, frame > 0, frames[frame - 1].upperBound > wanted.lowerBound {
        let known = try tree ?? PartialResults(leaves, kernels.tracker, combine)
        tree = known
        picked.pointer[frame] = known.result(wanted, combine) ?? none
        continue
      }
      for position in range.upperBound..<wanted.upperBound {
        running = combine(running, leaves.pointer[position])
      }
      range = wanted
      picked.pointer[frame] = running
    }
    let all = try kernels.concatenate([argument, .nulls(type: argument.type, count: 1)])
    return try kernels.gather(all, rows: picked.pointer, count: frames.count)
  }
}
