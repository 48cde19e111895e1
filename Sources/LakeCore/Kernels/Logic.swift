/// AND, OR and NOT of boolean vectors with SQL's three values, and the tests for null.
extension Kernels {
  /// False where either is false, else null where either is null, else true.
  package func and(_ a: ColumnVector, _ b: ColumnVector) throws(LakeError) -> ColumnVector {
    try combine(a, b, absorbing: false)
  }

  /// True where either is true, else null where either is null, else false.
  package func or(_ a: ColumnVector, _ b: ColumnVector) throws(LakeError) -> ColumnVector {
    try combine(a, b, absorbing: true)
  }

  package func not(_ a: ColumnVector) throws(LakeError) -> ColumnVector {
    if case .constant(let one) = a.form {
      return try constant(Kernels.truth(of: one).map { !$0 }, count: a.count)
    }
    let flat = try a.flattened(self)
    guard let source = flat.fixed else { return try constant(nil, count: a.count) }
    let target = try Buffer(booleans: a.count, tracker: tracker)
    let (from, to) = (source.pointer(as: UInt8.self), target.pointer(as: UInt8.self))
    for row in 0..<a.count { to[row] = from[row] ^ 1 }
    return booleans(target, count: a.count, validity: flat.validity)
  }

  /// True for every null row; never null.
  package func isNull(_ vector: ColumnVector) throws(LakeError) -> ColumnVector {
    try nullTest(vector, flip: .max, allValid: false)
  }

  /// True for every row that is not null; never null.
  package func isNotNull(_ vector: ColumnVector) throws(LakeError) -> ColumnVector {
    try nullTest(vector, flip: 0, allValid: true)
  }

  private func nullTest(
    _ vector: ColumnVector, flip: UInt64, allValid: Bool
  ) throws(LakeError) -> ColumnVector {
    if vector.isConstantNull { return try constant(!allValid, count: vector.count) }
    guard let validity = try vector.rowValidity(self) else {
      return try constant(allValid, count: vector.count)
    }
    let target = try Buffer(booleans: vector.count, tracker: tracker)
    let (words, to) = (validity.words, target.pointer(as: UInt8.self))
    for index in 0..<Bitmap.wordCount(for: vector.count) {
      Bitmap.unpackBlock(words[index] ^ flip, into: to + index &* 64)
    }
    return booleans(target, count: vector.count, validity: nil)
  }

  /// The truth of a boolean constant; nil is null.
  static func truth(of one: FlatColumn) -> Bool? {
    guard one.nullCount == 0, let buffer = one.fixed else { return nil }
    return buffer.pointer(as: UInt8.self)[0] != 0
  }

  private func combine(
    _ a: ColumnVector, _ b: ColumnVector, absorbing: Bool
  ) throws(LakeError) -> ColumnVector {
    precondition(a.count == b.count)
    if case .constant(let one) = a.form, let truth = Kernels.truth(of: one) {
      return truth == absorbing ? a : b
    }
    if case .constant(let one) = b.form, let truth = Kernels.truth(of: one) {
      return truth == absorbing ? b : a
    }
    if a.isConstantNull, b.isConstantNull { return try constant(nil, count: a.count) }
    let (x, y) = (try booleanColumn(a), try booleanColumn(b))
    return try combine(x, y, count: a.count, absorbing: absorbing)
  }

  private func booleanColumn(_ a: ColumnVector) throws(LakeError) -> FlatColumn {
    if case .unseen = a.type {
      return try FlatColumn.nulls(type: .boolean, count: a.count, tracker: tracker)
    }
    return try a.flattened(self)
  }

  /// Where the answer is valid, either both sides are valid, or one is the absorbing value: in both
  /// cases `a & b` (or `a | b`) of the bytes is right whatever a null's byte is. So the values need
  /// no look at validity, and the validity is combined word by word.
  private func combine(
    _ x: FlatColumn, _ y: FlatColumn, count: Int, absorbing: Bool
  ) throws(LakeError) -> ColumnVector {
    guard let first = x.fixed, let second = y.fixed else {
      return try constant(nil, count: count)
    }
    let target = try Buffer(booleans: count, tracker: tracker)
    let (p, q) = (first.pointer(as: UInt8.self), second.pointer(as: UInt8.self))
    let to = target.pointer(as: UInt8.self)
    if absorbing {
      for row in 0..<count { to[row] = p[row] | q[row] }
    } else {
      for row in 0..<count { to[row] = p[row] & q[row] }
    }
    if x.validity == nil, y.validity == nil {
      return booleans(target, count: count, validity: nil)
    }
    let words = try Buffer(wordsFor: count, tracker: tracker)
    let out = words.pointer(as: UInt64.self)
    let flip: UInt64 = absorbing ? 0 : .max
    for index in 0..<Bitmap.wordCount(for: count) {
      let live = Bitmap.liveMask(word: index, count: count)
      let xValid = x.validity?.words[index] ?? live
      let yValid = y.validity?.words[index] ?? live
      // Set where a side is the absorbing value: 1 for OR, 0 for AND.
      let xAbsorbs = Bitmap.packBlock(p + index &* 64) ^ flip
      let yAbsorbs = Bitmap.packBlock(q + index &* 64) ^ flip
      out[index] = (xValid & yValid) | (xValid & xAbsorbs) | (yValid & yAbsorbs)
    }
    return booleans(target, count: count, validity: Bitmap(buffer: words, count: count))
  }
}
