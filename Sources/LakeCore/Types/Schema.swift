/// The columns of a table, in order. Names are matched without case; the case of the source is
/// kept and shown.
public struct Schema: Sendable, Hashable {
  public var fields: [Field]

  public init(_ fields: [Field]) {
    self.fields = fields
  }

  public var count: Int { fields.count }

  /// The position of a column: an exact match first, then one without case.
  public func index(of name: String) -> Int? {
    if let exact = fields.firstIndex(where: { $0.name == name }) { return exact }
    let folded = name.lowercased()
    return fields.firstIndex { $0.name.lowercased() == folded }
  }
}
