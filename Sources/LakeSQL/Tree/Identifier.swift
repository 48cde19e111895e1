/// A name as it was spelled, without the quotes.
///
/// A name in quotes is the same name: it was quoted so that it can be told from a word of SQL.
/// Whoever looks for what it names compares without case.
package struct Identifier: SyntaxNode {
  package var text: String
  package var isQuoted: Bool
  package var origin: Origin

  package init(_ text: String, isQuoted: Bool = false, origin: Origin = .none) {
    self.text = text
    self.isQuoted = isQuoted
    self.origin = origin
  }

  package static func == (a: Identifier, b: Identifier) -> Bool { a.text == b.text }

  package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// Names with dots between: `customer`, `landing.customer`, `c.address.city`. Never empty.
package struct QualifiedName: SyntaxNode {
  package var parts: [Identifier]
  package var origin: Origin

  package init(_ parts: [Identifier], origin: Origin = .none) {
    self.parts = parts
    self.origin = origin
  }

  /// The parts with dots between, as spelled, without quotes.
  package var text: String { parts.map(\.text).joined(separator: ".") }
}
