import LakeCore
import LakeSQL

extension SourceText {
  /// Where a node begins; nil for one that was made and not read.
  func place(of origin: Origin) -> LakeError.Place? {
    origin.id.number < 0 ? nil : place(at: origin.range.lowerBound)
  }

  /// What stands at a node, on one line and shortened.
  func line(of origin: Origin) -> String {
    let words = text(origin.range).split { $0.isWhitespace }
    let line = words.joined(separator: " ")
    return line.count > 80 ? line.prefix(79) + "…" : line
  }
}
