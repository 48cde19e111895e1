import LakeCore

/// The keys of some rows: columns in normal form, and a hash a row.
struct KeyBatch: Sendable {
  let columns: [KeyVector]
  let count: Int
  /// `UInt64` a row.
  let hashes: Buffer
  /// Rows of which no key is null; nil: all.
  let validity: Bitmap?

  /// `mask` leaves only some bits of the hashes, for tests.
  init(
    _ vectors: [ColumnVector], count: Int, _ meaning: KeyMeaning, mask: UInt64,
    _ kernels: Kernels
  ) throws(LakeError) {
    let hashes = try KeyBatch.hashes(vectors, count: count, mask: mask, kernels)
    try self.init(vectors, hashes: hashes, count: count, meaning, kernels)
  }

  /// With hashes that are known.
  init(
    _ vectors: [ColumnVector], hashes: Buffer, count: Int, _ meaning: KeyMeaning,
    _ kernels: Kernels
  ) throws(LakeError) {
    var columns: [KeyVector] = []
    var validity: Bitmap?
    for vector in vectors {
      let column = try KeyVector(vector, meaning, kernels)
      validity = try Bitmap.intersection(validity, column.validity, tracker: kernels.tracker)
      columns.append(column)
    }
    self.count = count
    self.hashes = hashes
    self.columns = columns
    self.validity = validity.flatMap { $0.zeroCount == 0 ? nil : $0 }
  }

  private static func hashes(
    _ vectors: [ColumnVector], count: Int, mask: UInt64, _ kernels: Kernels
  ) throws(LakeError) -> Buffer {
    let hashes = try Buffer(byteCount: count * 8, tracker: kernels.tracker)
    let out = hashes.pointer(as: UInt64.self)
    if vectors.isEmpty { for row in 0..<count { out[row] = 0 } }
    for (index, vector) in vectors.enumerated() {
      if index == 0 {
        try kernels.hash(vector, into: out)
      } else {
        try kernels.hash(vector, combiningInto: out)
      }
    }
    if mask != .max { for row in 0..<count { out[row] &= mask } }
    return hashes
  }

  var hashPointer: UnsafeMutablePointer<UInt64> { hashes.pointer(as: UInt64.self) }
}
