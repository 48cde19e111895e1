import LakeCore
import LakeSQL

/// A text of SQL, and where in it things stand.
package struct SourceText: Sendable {
  package let text: String
  /// The file that it came from.
  package let path: String?

  package init(_ text: String, path: String? = nil) {
    self.text = text
    self.path = path
  }

  /// The place of a byte as line and column, both from 1.
  package func place(at offset: Int) -> LakeError.Place {
    var (line, start) = (1, 0)
    let end = min(max(0, offset), text.utf8.count)
    for (index, byte) in text.utf8.prefix(end).enumerated() where byte == UInt8(ascii: "\n") {
      (line, start) = (line + 1, index + 1)
    }
    return LakeError.Place(path: path, byteOffset: end, line: line, column: end - start + 1)
  }

  package func place(of origin: Origin) -> LakeError.Place? {
    origin.id.number < 0 || text.isEmpty ? nil : place(at: origin.range.lowerBound)
  }

  /// What stands at a node, on one line and shortened.
  package func excerpt(_ origin: Origin) -> String {
    let bytes = Array(text.utf8)
    let range = origin.range.clamped(to: 0..<bytes.count)
    let words = String(decoding: bytes[range], as: UTF8.self).split { $0.isWhitespace }
    let line = words.joined(separator: " ")
    return line.count > 80 ? line.prefix(79) + "…" : line
  }
}
