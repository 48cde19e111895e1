import LakeCore

extension Reject {
  /// The members that `append` writes.
  static let schema = Schema([
    Field("file", .varchar), Field("offset", .bigint), Field("length", .bigint),
    Field("line", .bigint), Field("column", .bigint), Field("reason", .varchar),
    Field("hash", .varchar), Field("raw", .varchar), Field("raw_base64", .varbinary),
  ])

  /// The rejects in a batch of `schema`.
  static func rejects(in batch: Batch) throws(LakeError) -> [Reject] {
    (0..<batch.rowCount).map { row in
      let values = batch.columns.map { $0.value(at: row) }
      var raw = Array(values[7].text.utf8)
      if case .bytes(let bytes) = values[8] { raw = bytes }
      return Reject(
        file: values[0].text, byteOffset: values[1].number, byteCount: values[2].number,
        line: values[3].number, column: values[4].number, reason: values[5].text,
        hash: UInt64(values[6].text, radix: 16) ?? 0, raw: raw)
    }
  }
}

extension Value {
  fileprivate var text: String {
    if case .string(let text) = self { text } else { "" }
  }

  fileprivate var number: Int {
    if case .int(let number) = self { Int(number) } else { 0 }
  }
}
