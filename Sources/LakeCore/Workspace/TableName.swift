/// The full name of a table: its zone and its name in it. Names are matched without case; the case
/// in which a table was first named is kept and shown.
public struct TableName: Sendable {
  public var zone: Zone
  public var name: String

  public init(_ zone: Zone, _ name: String) {
    self.zone = zone
    self.name = name
  }

  /// `customer_trusted`: how Glue and the course name the table `trusted.customer`.
  public var suffixed: String { "\(name)_\(zone.rawValue)" }

  /// `customer_trusted` as `trusted.customer`: the text before the last underscore that is followed
  /// by the name of a zone. Nil where there is none.
  public init?(suffixed text: String) {
    guard let underscore = text.lastIndex(of: "_"), underscore != text.startIndex,
      let zone = Zone(rawValue: text[text.index(after: underscore)...].lowercased())
    else { return nil }
    self.init(zone, String(text[..<underscore]))
  }
}

extension TableName: Hashable {
  public static func == (a: TableName, b: TableName) -> Bool {
    a.zone == b.zone && a.name.lowercased() == b.name.lowercased()
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(zone)
    hasher.combine(name.lowercased())
  }
}

extension TableName: Comparable {
  /// By zone, then by name.
  public static func < (a: TableName, b: TableName) -> Bool {
    a.zone != b.zone ? a.zone < b.zone : a.name.lowercased() < b.name.lowercased()
  }
}

extension TableName: CustomStringConvertible {
  public var description: String { "\(zone.rawValue).\(name)" }
}
