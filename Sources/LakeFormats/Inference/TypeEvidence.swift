import LakeCore

/// Everything that was seen of one column (or member, or element): how many values of each kind.
///
/// Evidence of parts adds up to the evidence of the whole, whatever the parts; the type is decided
/// once, at the end, by `decision`.
package struct TypeEvidence: Sendable {
  package enum Kind: Int, Sendable, CaseIterable {
    case null
    case boolean
    /// Fits 64 bits.
    case integer
    /// Up to 38 digits.
    case wideInteger
    /// More than 38 digits.
    case hugeInteger
    /// A number with a point or an exponent.
    case fraction
    /// A number that no double can stand for: too large, or so small that it would become zero.
    case unboundedNumber
    case text
    case object
    case array
    // Text that is a date or a time, where a format has no other way to write one.
    case date
    /// A date and a time with a zone.
    case timestamp
    /// A date and a time without one.
    case localTimestamp

    // What follows is counted beside one of the above.

    /// An integer whose digits a double cannot hold.
    case beyondDouble
    /// A fraction whose digits a double cannot hold.
    case inexactFraction
    /// A value for a key that its object had already.
    case repeated

    /// Words that inference keeps for a place: the kinds and a few more; a power of two, so that a
    /// place's address is a shift.
    static let stride = 32
  }

  package var counts = [Int](repeating: 0, count: Kind.stride)
  /// Digits in front of the point: of integers, and of fractions with more than seven there.
  package var integerDigitsMax = 0
  /// Digits behind the point.
  package var scaleMax = 0
  /// Of objects, in the order of first appearance.
  package var members: [Member] = []
  package var hasTooManyMembers = false
  /// Of arrays: none or one.
  package var element: [TypeEvidence] = []

  package init() {}

  package struct Member: Sendable {
    package var name: String
    package var evidence: TypeEvidence
  }

  package subscript(kind: Kind) -> Int {
    get { counts[kind.rawValue] }
    set { counts[kind.rawValue] = newValue }
  }

  package var isEmpty: Bool { counts.allSatisfy { $0 == 0 } }

  package var numberCount: Int {
    self[.integer] + self[.wideInteger] + self[.hugeInteger] + self[.fraction]
      + self[.unboundedNumber]
  }

  package var valueCount: Int {
    self[.boolean] + numberCount + self[.text] + self[.object] + self[.array] + self[.date]
      + self[.timestamp] + self[.localTimestamp]
  }

  /// How many of `objectCount` objects have no value here: the key is missing, or null.
  package func nullCount(of objectCount: Int) -> Int {
    objectCount - valueCount + self[.repeated]
  }

  package mutating func add(_ other: TypeEvidence) {
    for index in counts.indices { counts[index] += other.counts[index] }
    integerDigitsMax = max(integerDigitsMax, other.integerDigitsMax)
    scaleMax = max(scaleMax, other.scaleMax)
    hasTooManyMembers = hasTooManyMembers || other.hasTooManyMembers
    TypeEvidence.add(other.members, to: &members)
    if let added = other.element.first {
      if element.isEmpty { element = [added] } else { element[0].add(added) }
    }
  }

  /// Members and elements through all levels.
  package static func placeCount(_ members: [Member]) -> Int {
    members.reduce(0) { $0 + 1 + $1.evidence.innerPlaceCount }
  }

  private var innerPlaceCount: Int {
    TypeEvidence.placeCount(members) + (element.first.map { 1 + $0.innerPlaceCount } ?? 0)
  }

  /// Adds members by name, without case; new ones go to the end.
  package static func add(_ added: [Member], to members: inout [Member]) {
    if members.isEmpty {
      members = added
      return
    }
    // Chunks of one file mostly have the same keys in the same order.
    var positions: [String: Int]?
    for (index, member) in added.enumerated() {
      if index < members.count, members[index].name == member.name {
        members[index].evidence.add(member.evidence)
        continue
      }
      if positions == nil {
        positions = Dictionary(
          members.enumerated().map { ($1.name.lowercased(), $0) }, uniquingKeysWith: { a, _ in a })
      }
      let folded = member.name.lowercased()
      if let position = positions?[folded] {
        members[position].evidence.add(member.evidence)
      } else {
        positions?[folded] = members.count
        members.append(member)
      }
    }
  }
}
