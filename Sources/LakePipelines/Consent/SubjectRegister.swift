import LakeCore

/// Who is granted, and who is not, as the table of subjects said it at one moment: the state of
/// consent that a run works with.
///
/// Everything fails closed: a key that is not here, that is null or empty, or that names several
/// people, is not granted.
package final class SubjectRegister: Sendable {
  package let policy: ConsentPolicy
  /// Identifies the content of the table of subjects: its files and what is in them.
  package let epoch: String
  /// The key column, then one for each alias.
  let columns: [KeyColumn]
  package let summary: Summary

  /// The values of a column that names people.
  struct KeyColumn: Sendable {
    let index: KeyIndex
    let verdicts: [KeyVerdict]
    /// Since when, in microseconds; of values that are granted.
    let since: [Int64]
  }

  package struct Summary: Sendable {
    package var records = 0
    package var subjects = 0
    package var granted = 0
    /// What the records say, by `GrantAnswer.rawValue`.
    package var answers = Array(repeating: 0, count: GrantAnswer.allCases.count)
    /// Records without a key.
    package var keyless = 0
    /// Subjects who were refused since their newest record is not known: no time, or a tie.
    package var undecided = 0
    /// Subjects who were refused for a record that could not be read.
    package var unreadable = 0
    /// For each alias, values that name several people.
    package var ambiguous: [Int] = []
    /// The earliest moment at which a grant that lies in the future begins to count.
    package var nextGrant: Int64?
  }

  init(policy: ConsentPolicy, epoch: String, columns: [KeyColumn], summary: Summary) {
    self.policy = policy
    self.epoch = epoch
    self.columns = columns
    self.summary = summary
  }

  /// Whether there is anyone to be granted at all, and anyone to be withheld.
  package var isOneSided: Bool { summary.granted == 0 || summary.granted == summary.subjects }
}

/// What is known of a value that should name a person.
package enum KeyVerdict: UInt8, Sendable, CaseIterable {
  case granted
  case notGranted
  /// It names several people, and so nobody.
  case ambiguous
  /// It names nobody that the table of subjects knows.
  case unknown
  /// Null or empty.
  case noKey

  /// Completes "3 rows …".
  package var explanation: String {
    switch self {
    case .granted: "of people who agreed"
    case .notGranted: "of people who did not agree"
    case .ambiguous: "under keys that several people share"
    case .unknown: "under keys of nobody that is known"
    case .noKey: "without a key"
    }
  }
}

extension SubjectRegister {
  /// The values that name several people, with the number of their column.
  var ambiguousAliases: [(column: Int, value: String)] {
    columns.indices.dropFirst().flatMap { column in
      columns[column].verdicts.indices.filter { columns[column].verdicts[$0] == .ambiguous }
        .map { (column, columns[column].index.text($0)) }
    }
  }

  /// What is known of each row's key. `keys` is a varchar vector, normalised.
  func verdicts(
    of keys: ColumnVector, column: Int, _ kernels: Kernels
  ) throws(LakeError) -> KeyVerdicts {
    var answer = KeyVerdicts(count: keys.count)
    let register = columns[column]
    switch keys.form {
    case .dictionary(let dictionary):
      let values = ColumnVector(type: .varchar, flat: dictionary.dictionary.values)
      guard dictionary.count * 2 >= values.count else { break }
      let ofValues = try verdicts(of: values, column: column, kernels)
      let indices = dictionary.indices.pointer(as: UInt32.self)
      for row in 0..<keys.count {
        if let validity = dictionary.validity, !validity[row] { continue }
        answer.verdicts[row] = ofValues.verdicts[Int(indices[row])]
        answer.since[row] = ofValues.since[Int(indices[row])]
      }
      return answer
    default: break
    }
    let flat = try keys.flattened(kernels)
    guard let strings = flat.strings else { return answer }
    let hashes = try Buffer(byteCount: keys.count * 8, tracker: kernels.tracker)
    let hash = hashes.pointer(as: UInt64.self)
    try kernels.hash(ColumnVector(type: .varchar, flat: flat), into: hash)
    let views = strings.pointer
    let numbers = try Buffer(byteCount: keys.count * 4, tracker: kernels.tracker)
    let number = numbers.pointer(as: Int32.self)
    register.index.find(views, hashes: hash, count: keys.count, into: number)
    for row in 0..<keys.count where !flat.isNull(row) && views[row].count > 0 {
      guard number[row] >= 0 else {
        answer.verdicts[row] = .unknown
        continue
      }
      answer.verdicts[row] = register.verdicts[Int(number[row])]
      answer.since[row] = register.since[Int(number[row])]
    }
    return answer
  }
}

/// One verdict for each row of a batch, and for granted ones the moment since when.
struct KeyVerdicts {
  var verdicts: [KeyVerdict]
  var since: [Int64]

  /// Rows are without a key until one is found.
  init(count: Int) {
    verdicts = Array(repeating: .noKey, count: count)
    since = Array(repeating: 0, count: count)
  }
}
