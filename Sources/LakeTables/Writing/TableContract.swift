import LakeCore

/// What a table's metadata declares about its rows: constraints and consent, as JSON that only the
/// checks understand. It stands in the log under `lake.contract`, and no commit that changes data
/// gets by without a proof that the rows keep it (`CheckProof`).
package struct TableContract: Sendable, Hashable {
  package static let key = "lake.contract"

  package let text: String

  package init(text: String) {
    self.text = text
  }

  /// Whether rows are subject to consent. What cannot be read is.
  package var isGoverned: Bool {
    guard let value = try? JSONValue(parsing: text) else { return true }
    return value["governed"]?.boolean ?? true
  }

  /// Sixteen hexadecimal digits that tell one contract from another.
  package var hash: String { TableContract.hash(text) }

  package static func hash(_ text: String) -> String {
    let value = ByteView.withUTF8(of: text) { XXH64.hash($0) }
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}
