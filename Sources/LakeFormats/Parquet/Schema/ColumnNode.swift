import LakeCore

/// A column, or a part of a nested one, with the levels that say where its values are.
///
///     optional group a (LIST)            nullable list, definition 1
///       repeated group list              an element exists from definition 2 on, repetition 1
///         optional int64 element         nullable leaf, definition 3
///
/// A slot is *valid* where the definition level is at least `definition`. The middle groups of
/// lists and maps are no nodes; they are the numbers of the list.
struct ColumnNode: Sendable {
  indirect enum Kind: Sendable {
    case leaf(LeafColumn)
    /// Arrays and maps. An element exists from `elementDefinition` on.
    case list(element: ColumnNode, elementDefinition: Int)
    case row([ColumnNode])
  }

  var kind: Kind
  var type: DataType
  var isNullable: Bool
  /// The definition level from which on the node is not null.
  var definition: Int
  /// How many lists the node is in.
  var repetition: Int
  /// The definition level from which on an element of the innermost of these lists exists.
  var slotDefinition: Int
  /// What the file calls it by number, where it does.
  var fieldID: Int?

  /// All leaves, in the order of the file.
  var leaves: [LeafColumn] {
    switch kind {
    case .leaf(let leaf): [leaf]
    case .list(let element, _): element.leaves
    case .row(let members): members.flatMap { $0.leaves }
    }
  }
}

/// A leaf of the schema: what has pages of its own.
struct LeafColumn: Sendable {
  /// The number among the leaves of the file.
  var index: Int
  var path: [String]
  var physical: ParquetType
  /// The bytes of a value of type `fixed`.
  var typeLength: Int
  var type: DataType
  var conversion: LeafConversion
  var maxDefinition: Int
  var maxRepetition: Int
  /// Whether the file calls its text an enumeration, which to some readers is no text.
  var isEnumeration = false
  /// Whether the file says that its numbers have no sign.
  var isUnsigned = false

  /// As messages say it.
  var name: String { path.joined(separator: ".") }
}

/// How the values of a file become those of a vector.
enum LeafConversion: Sendable, Equatable {
  /// As they are: the same width, or text, or bits.
  case none
  /// Cut to the width of the vector, which they must fit.
  case narrow
  /// An integer widened by its sign.
  case widen
  /// An integer widened without a sign.
  case widenUnsigned
  /// A number of this many units for one microsecond.
  case divide(Int64)
  /// A thousand microseconds for each unit.
  case milliseconds
  /// Bytes of a big-endian number.
  case bigEndian
  /// Sixteen bytes, the first the most significant.
  case uuid
  case float16
  /// Days and nanoseconds.
  case int96
  /// All values are null.
  case nothing
}

extension ColumnNode {
  /// Nested deeper than this is refused; levels then fit a byte.
  static let depthMax = 60
}
