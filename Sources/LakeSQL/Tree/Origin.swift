/// The number of a node in its statement, in order of creation. The same text always gives the same
/// numbers, so that what is found out about a node (its type, what its name means) is kept beside
/// the tree in an array of `Statement.nodeCount` places.
package struct NodeID: Sendable, Hashable, Comparable {
  package var number: Int

  package init(_ number: Int) {
    self.number = number
  }

  package static func < (a: NodeID, b: NodeID) -> Bool { a.number < b.number }
}

/// Which node it is and where it was written.
///
/// Any two origins are equal: trees are compared by what they say, not by where they say it. For
/// the same reason an origin adds nothing to a hash.
package struct Origin: Sendable, Hashable {
  package var id: NodeID
  /// Bytes in the text that was parsed.
  package var range: Range<Int>

  package init(id: NodeID, range: Range<Int>) {
    self.id = id
    self.range = range
  }

  /// Of a node that was made and not read.
  package static let none = Origin(id: NodeID(-1), range: 0..<0)

  package static func == (a: Origin, b: Origin) -> Bool { true }

  package func hash(into hasher: inout Hasher) {}
}

/// A part of a syntax tree. Equality looks at content only; see `Origin`.
package protocol SyntaxNode: Sendable, Hashable {
  var origin: Origin { get }
}

extension SyntaxNode {
  package var id: NodeID { origin.id }
  package var range: Range<Int> { origin.range }
}
