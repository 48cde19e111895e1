import LakeCore
import LakeSQL

extension TableName {
  /// The table that a definition names: `zone.name`, `name_zone`, either behind a database. Nil
  /// where the name says no zone.
  package init?(defining name: QualifiedName) {
    guard let last = name.parts.last?.text.trimmedBlanks, !last.isEmpty else { return nil }
    if name.parts.count > 1,
      let zone = Zone(named: name.parts[name.parts.count - 2].text.trimmedBlanks)
    {
      self.init(zone, last)
    } else {
      self.init(suffixed: last)
    }
  }

  /// The table that a definition names, or an error that says how to name one.
  package static func required(
    _ name: QualifiedName, for use: String, in text: SourceText
  ) throws(LakeError) -> TableName {
    if let table = TableName(defining: name) { return table }
    // Nothing but files is in landing: what a statement makes is elsewhere.
    let zone = use == "CREATE TABLE" || use == "CREATE VIEW" ? Zone.trusted : .landing
    let last = name.parts.last?.text ?? ""
    throw LakeError(
      .invalidInput, "\(use) names '\(name.text)', which says no zone",
      at: text.place(at: name.range.lowerBound),
      hint: "Write the table's full name: \(zone.rawValue).\(last), or \(last)_\(zone.rawValue); "
        + "the zones are landing, trusted and curated.")
  }
}

extension String {
  /// Without blanks at both ends: names in DDL of crawlers have them.
  fileprivate var trimmedBlanks: String {
    let kept = drop { $0 == " " || $0 == "\t" }
    let end = kept.lastIndex { $0 != " " && $0 != "\t" }
    return end.map { String(kept[...$0]) } ?? ""
  }
}
