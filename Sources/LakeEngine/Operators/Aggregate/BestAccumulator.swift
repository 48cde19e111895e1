import LakeCore

/// min, max, min_by and max_by: the value of the first of the rows that come first (or last) in the
/// order of the last argument. Rows where that is null do not count.
final class BestAccumulator: Accumulator {
  private let type: DataType
  private let form: OrderVector.Form
  private let isMaximum: Bool
  /// Nil where the result can be told from the order itself.
  private var kept: KeptValues?
  private let kernels: Kernels

  private var has: RawArray<UInt8>
  private var words: RawArray<UInt64>
  private var wides: RawArray<UInt128>
  private var views: RawArray<StringView>
  private var arena: StringArena
  private var arenaBytes = 0
  private var tidyBytes = 1 << 20
  /// The row of the batch at hand that is a group's best, plus one; 0 where it is an older one.
  private var winners: RawArray<UInt32>
  /// The groups that have such a row.
  private var changed: RawArray<UInt32>

  init(
    type: DataType, ordering: DataType, isMaximum: Bool, givesOther: Bool, _ kernels: Kernels
  ) {
    self.type = type
    form = OrderVector.Form(ordering)
    self.isMaximum = isMaximum
    self.kernels = kernels
    let tracker = kernels.tracker
    kept = givesOther || ordering.isNested ? KeptValues(type: type, kernels) : nil
    has = RawArray(tracker: tracker)
    words = RawArray(tracker: tracker)
    wides = RawArray(tracker: tracker)
    views = RawArray(tracker: tracker)
    winners = RawArray(tracker: tracker)
    changed = RawArray(tracker: tracker)
    arena = StringArena(tracker: tracker)
  }

  func reserve(groups: Int) throws {
    try has.growZeroed(to: groups)
    try winners.growZeroed(to: groups)
    try changed.reserve(groups)
    try kept?.reserve(groups: groups)
    switch form {
    case .word: try words.growZeroed(to: groups)
    case .wide: try wides.growZeroed(to: groups)
    case .string: try views.growZeroed(to: groups)
    case .none: break
    }
  }

  func add(_ groups: UnsafePointer<UInt32>, count: Int, _ arguments: [ColumnVector]) throws {
    guard let ordering = arguments.last, let value = arguments.first else { return }
    try add(groups, try OrderVector(ordering, kernels), value)
  }

  private func add(
    _ groups: UnsafePointer<UInt32>, _ order: OrderVector, _ value: ColumnVector
  ) throws {
    changed.count = 0
    switch form {
    case .word: compare(order.words, words.pointer, order, groups)
    case .wide: compare(order.wides, wides.pointer, order, groups)
    case .string: compareViews(order, groups)
    case .none: return
    }
    if form == .string { try copyViews() }
    if kept != nil {
      var rows = try RawArray<UInt32>(count: changed.count, tracker: kernels.tracker)
      let (out, won, groups) = (rows.pointer, winners.pointer, changed.pointer)
      for index in 0..<changed.count { out[index] = won[Int(groups[index])] &- 1 }
      rows.count = changed.count
      try kept?.keep(value, rows: rows, groups: changed)
    }
    let (won, groups) = (winners.pointer, changed.pointer)
    for index in 0..<changed.count { won[Int(groups[index])] = 0 }
  }

  private func compare<T: Comparable & BitwiseCopyable>(
    _ values: UnsafePointer<T>, _ best: UnsafeMutablePointer<T>, _ order: OrderVector,
    _ groups: UnsafePointer<UInt32>
  ) {
    let (has, winners, changed, isMaximum) = (
      has.pointer, winners.pointer, changed.pointer, isMaximum
    )
    var count = 0
    if order.form == .none { return }
    let valid = order.validity?.words
    for row in 0..<order.count where valid.map({ Bitmap.bit($0, row) }) ?? true {
      let group = Int(groups[row])
      let value = values[row]
      let isBetter = isMaximum ? value > best[group] : value < best[group]
      if has[group] != 0, !isBetter { continue }
      has[group] = 1
      best[group] = value
      if winners[group] == 0 {
        changed[count] = UInt32(truncatingIfNeeded: group)
        count &+= 1
      }
      winners[group] = UInt32(truncatingIfNeeded: row &+ 1)
    }
    self.changed.count = count
  }

  private func compareViews(_ order: OrderVector, _ groups: UnsafePointer<UInt32>) {
    let (has, winners, changed, best, values) = (
      has.pointer, winners.pointer, changed.pointer, views.pointer, order.views
    )
    var count = 0
    if order.form == .none { return }
    let valid = order.validity?.words
    for row in 0..<order.count where valid.map({ Bitmap.bit($0, row) }) ?? true {
      let group = Int(groups[row])
      if has[group] != 0 {
        let sign = values[row].ordered(before: best[group])
        if isMaximum ? sign <= 0 : sign >= 0 { continue }
      }
      has[group] = 1
      best[group] = values[row]
      if winners[group] == 0 {
        changed[count] = UInt32(truncatingIfNeeded: group)
        count &+= 1
      }
      winners[group] = UInt32(truncatingIfNeeded: row &+ 1)
    }
    self.changed.count = count
  }

  /// The batch's bytes go away with it.
  private func copyViews() throws {
    for index in 0..<changed.count {
      let group = Int(changed.pointer[index])
      let view = views.pointer[group]
      views.pointer[group] = try arena.append(view)
      if !view.isInline { arenaBytes += view.count }
    }
    if arenaBytes < tidyBytes { return }
    var fresh = StringArena(tracker: kernels.tracker)
    arenaBytes = 0
    for group in 0..<views.count {
      let view = views.pointer[group]
      if view.isInline { continue }
      views.pointer[group] = try fresh.append(view)
      arenaBytes += view.count
    }
    arena = fresh
    tidyBytes = max(1 << 20, 2 * arenaBytes)
  }

  /// What is kept beside the order lies in pieces; the state has it in one.
  var mergesParts: Bool { kept == nil }

  func merge(
    _ other: any Accumulator, rows: UnsafePointer<UInt32>, _ groups: UnsafePointer<UInt32>,
    count: Int
  ) throws {
    guard let other = other as? BestAccumulator else { return }
    if form == .word { return mergeWords(other, rows, groups, count) }
    let tracker = kernels.tracker
    let valid = try Buffer(byteCount: (count + 63) / 64 * 64, tracker: tracker)
    BestAccumulator.pick(other.has.pointer, rows, count, valid.pointer(as: UInt8.self))
    let validity = try Bitmap.packing(
      valid.pointer(as: UInt8.self), count: count, tracker: tracker)
    let values = try Buffer(byteCount: count * 16, tracker: tracker)
    switch form {
    case .wide:
      BestAccumulator.pick(other.wides.pointer, rows, count, values.pointer(as: UInt128.self))
    case .string:
      BestAccumulator.pick(other.views.pointer, rows, count, values.pointer(as: StringView.self))
    case .word, .none: break
    }
    let order = OrderVector(
      form: form, count: count, validity: validity, values: values, owners: other.arena.owners)
    try add(groups, order, try ColumnVector.nulls(type: type, count: count))
  }

  /// The usual case, for which no batch has to be made.
  private func mergeWords(
    _ other: BestAccumulator, _ rows: UnsafePointer<UInt32>, _ groups: UnsafePointer<UInt32>,
    _ count: Int
  ) {
    let (has, best, isMaximum) = (has.pointer, words.pointer, isMaximum)
    let (known, values) = (other.has.pointer, other.words.pointer)
    for index in 0..<count {
      let (group, source) = (Int(groups[index]), Int(rows[index]))
      if known[source] == 0 { continue }
      let value = values[source]
      let isBetter = isMaximum ? value > best[group] : value < best[group]
      if has[group] != 0, !isBetter { continue }
      has[group] = 1
      best[group] = value
    }
  }

  private static func pick<T: BitwiseCopyable>(
    _ values: UnsafePointer<T>, _ rows: UnsafePointer<UInt32>, _ count: Int,
    _ out: UnsafeMutablePointer<T>
  ) {
    for index in 0..<count { out[index] = values[Int(rows[index])] }
  }

  var stateWidth: Int { kept == nil ? 1 : 2 }

  /// What groups are compared by, as it lies in memory, and what is kept beside it.
  func state(groups: Int) throws -> [ColumnVector] {
    let bytes = try RawArray<UInt8>(count: (groups + 63) / 64 * 64, tracker: kernels.tracker)
    for group in 0..<groups { bytes.pointer[group] = has.pointer[group] }
    let valid = bytes.pointer
    let order: ColumnVector
    switch form {
    case .none: order = try .nulls(type: .bigint, count: groups)
    case .word: order = try kernels.vector(.bigint, words.buffer, valid: valid, count: groups)
    case .wide: order = try kernels.vector(.uuid, wides.buffer, valid: valid, count: groups)
    case .string:
      let validity = try Bitmap.packing(valid, count: groups, tracker: kernels.tracker)
      let strings = StringValues(views: views.buffer, owners: arena.owners)
      order = ColumnVector(
        type: .varbinary,
        flat: FlatColumn(count: groups, validity: validity, values: .strings(strings)))
    }
    return [order] + (try kept.map { [try $0.vector(groups: groups)] } ?? [])
  }

  func merge(state: [ColumnVector], _ groups: UnsafePointer<UInt32>, count: Int) throws {
    let flat = try state[0].flattened(kernels)
    let (values, owners) =
      switch flat.values {
      case .fixed(let buffer): (buffer, [Buffer]())
      case .strings(let strings): (strings.views, strings.owners)
      case .list, .row, .none: (Buffer(untracked: 0), [Buffer]())
      }
    let order = OrderVector(
      form: form, count: count, validity: flat.validity, values: values, owners: owners)
    try add(groups, order, try state.last ?? .nulls(type: type, count: count))
  }

  func finish(groups: Int) throws -> ColumnVector {
    if let kept { return try kept.vector(groups: groups) }
    switch form {
    case .none: return try ColumnVector.nulls(type: type, count: groups)
    case .string:
      let validity = try Bitmap.packing(has.pointer, count: groups, tracker: kernels.tracker)
      return ColumnVector(
        type: type,
        flat: FlatColumn(
          count: groups, validity: validity,
          values: .strings(StringValues(views: views.buffer, owners: arena.owners))))
    case .wide:
      let values = try Buffer(byteCount: groups * 16, tracker: kernels.tracker)
      let flip: UInt128 = type == .uuid ? 0 : 1 << 127
      for group in 0..<groups {
        // A group that has nothing keeps a zero, which a null row may hold.
        values.pointer(as: UInt128.self)[group] = wides.pointer[group] ^ flip
      }
      return try kernels.vector(type, values, valid: has.pointer, count: groups)
    case .word:
      let width = type.physical.byteWidth
      let values = try Buffer(
        byteCount: (groups * width + 63) / 64 * 64, tracker: kernels.tracker)
      for group in 0..<groups {
        OrderVector.write(words.pointer[group], type.physical, to: values.base, row: group)
      }
      return try kernels.vector(type, values, valid: has.pointer, count: groups)
    }
  }
}

extension OrderVector {
  init(form: Form, count: Int, validity: Bitmap?, values: Buffer, owners: [Buffer]) {
    self.form = form
    self.count = count
    self.validity = validity.flatMap { $0.zeroCount == 0 ? nil : $0 }
    self.values = values
    self.owners = owners
  }
}
