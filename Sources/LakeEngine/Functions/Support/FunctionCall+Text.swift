import LakeCore

/// Loops of functions that give text.
extension FunctionCall {
  /// What a body says about a row: the text that it wrote, null, or no answer.
  enum TextAnswer { case text, null, failed }

  /// Text that is made byte by byte. Only rows without null are computed.
  @inline(__always)
  func texts(
    error: (@Sendable (Int) -> LakeError)? = nil,
    _ body: (Int, inout ByteScratch) throws -> TextAnswer
  ) throws -> CheckedVector {
    let (target, answered) = (try buffer(of: StringView.self), try buffer(of: UInt8.self))
    let out = target.pointer(as: StringView.self)
    let (answer, validity) = (answered.pointer(as: UInt8.self), try validity())
    let nulls = try buffer(of: UInt8.self)
    let isPresent = nulls.pointer(as: UInt8.self)
    var (arena, scratch) = (StringArena(tracker: tracker), ByteScratch())
    defer { scratch.deallocate() }
    var (allAnswered, allPresent): (UInt8, UInt8) = (1, 1)
    for row in 0..<rowCount {
      out[row] = StringView()
      (answer[row], isPresent[row]) = (1, 1)
      if let validity, !Bitmap.bit(validity.words, row) { continue }
      scratch.clear()
      let said = try body(row, &scratch)
      if said == .failed || scratch.isTooLong {
        (answer[row], allAnswered) = (0, 0)
      } else if said == .null {
        (isPresent[row], allPresent) = (0, 0)
      } else {
        out[row] = try arena.append(scratch.base, count: scratch.count)
      }
    }
    let values = FlatColumn.Values.strings(StringValues(views: target, owners: arena.owners))
    let checked =
      allAnswered == 1
      ? CheckedVector(vector(values, validity))
      : try withFailures(values, answered, error ?? tooLong)
    return allPresent == 1 ? checked : try nulling(checked, isPresent)
  }

  /// Text that is a piece of an argument's text, so that no byte is copied; nil is null.
  @inline(__always)
  func pieces(of input: Input<StringView>, _ body: (Int) -> StringView?) throws -> CheckedVector {
    let (target, answered) = (try buffer(of: StringView.self), try buffer(of: UInt8.self))
    let out = target.pointer(as: StringView.self)
    let (answer, validity) = (answered.pointer(as: UInt8.self), try validity())
    for row in 0..<rowCount {
      let isValid = validity.map { Bitmap.bit($0.words, row) } ?? true
      let piece = isValid ? body(row) : nil
      out[row] = piece ?? StringView()
      answer[row] = piece == nil ? 0 : 1
    }
    let values = StringValues(views: target, owners: input.column.strings?.owners ?? [])
    return CheckedVector(vector(.strings(values), try Bitmap.packing(answer, count: rowCount)))
  }

  /// The same with nulls in the rows whose byte is 0.
  func nulling(
    _ checked: CheckedVector, _ isPresent: UnsafePointer<UInt8>
  ) throws -> CheckedVector {
    let flat = try checked.vector.flattened(kernels)
    let present = try Bitmap.packing(isPresent, count: rowCount, tracker: tracker)
    let validity = try Bitmap.intersection(flat.validity, present, tracker: tracker)
    return CheckedVector(vector(flat.values, validity), failures: checked.failures)
  }

  /// What is said of text that leaves the limit.
  var tooLong: @Sendable (Int) -> LakeError {
    let name = name
    return { _ in
      LakeError(
        .limitExceeded,
        "\(name) would give a text of more than \(ByteScratch.byteCountMax >> 20) MB")
    }
  }
}

/// Room in which the text of one row is put together.
struct ByteScratch {
  static let byteCountMax = 16 << 20

  private(set) var base: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private var capacity: Int
  /// Set when more was appended than a text may have; what was appended then is not there.
  private(set) var isTooLong = false

  init() {
    capacity = 256
    base = .allocate(capacity: capacity)
  }

  func deallocate() { base.deallocate() }

  mutating func clear() { (count, isTooLong) = (0, false) }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    guard reserve(1) else { return }
    base[count] = byte
    count += 1
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, reserve(bytes.count) else { return }
    UnsafeMutableRawPointer(base + count).copyMemory(from: start, byteCount: bytes.count)
    count += bytes.count
  }

  mutating func append(_ view: StringView) { view.withBytes { append($0) } }

  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  mutating func append(_ scalar: Unicode.Scalar) {
    for byte in UTF8.encode(scalar) ?? .init() { append(byte) }
  }

  /// Room for some bytes behind those that are there, for `advance`.
  mutating func room(for extra: Int) -> UnsafeMutablePointer<UInt8>? {
    reserve(extra) ? base + count : nil
  }

  mutating func advance(by written: Int) { count += written }

  @inline(__always)
  private mutating func reserve(_ extra: Int) -> Bool {
    extra <= capacity - count || grow(extra)
  }

  private mutating func grow(_ extra: Int) -> Bool {
    guard !isTooLong, extra <= ByteScratch.byteCountMax - count else {
      isTooLong = true
      return false
    }
    let larger = max(count + extra, capacity * 2)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    moved.update(from: base, count: count)
    base.deallocate()
    (base, capacity) = (moved, larger)
    return true
  }
}
