import LakeCatalog
import LakeCore
import LakeFormats

/// The `key=value` directories of a path.
enum PartitionPath {
  /// How Hive, Spark and Athena write null.
  static let nullName = "__HIVE_DEFAULT_PARTITION__"

  /// What one directory says; nil where it is an ordinary one. Key and value are percent-decoded,
  /// as their writers encoded them.
  static func value(of directory: String) -> PartitionValue? {
    guard let sign = directory.firstIndex(of: "="), sign != directory.startIndex else { return nil }
    let key = String(directory[..<sign])
    let value = String(directory[directory.index(after: sign)...])
    guard let key = PathSafety.percentDecoded(key), let value = PathSafety.percentDecoded(value)
    else { return nil }
    return PartitionValue(key, value == nullName ? nil : value)
  }

  /// The type of a partition column, by all of its values. Texts that a number would not give back
  /// as they stand (`01`, `1.10`) stay texts.
  static func type(of values: some Sequence<String?>) -> DataType {
    let evidence = TypeEvidence.ofTexts(values)
    let count = evidence.valueCount
    if count == 0 { return .varchar }
    for (kind, type) in kinds where evidence[kind] == count { return type }
    return .varchar
  }

  /// Whether a text is a value of a type that partition columns have.
  static func holds(_ text: String, _ type: DataType) -> Bool {
    switch type {
    case .varchar, .unseen: true
    case .bigint, .boolean, .date: self.type(of: [text]) == type
    // Others are declared, and hold what casting makes of the text.
    default: true
    }
  }

  private static let kinds: [(TypeEvidence.Kind, DataType)] = [
    (.integer, .bigint), (.boolean, .boolean), (.date, .date),
  ]
}
