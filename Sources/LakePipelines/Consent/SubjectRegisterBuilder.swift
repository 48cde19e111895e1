import LakeCore

/// Reads the records of the table of subjects, one after the other, and decides who is granted.
struct SubjectRegisterBuilder {
  private let policy: ConsentPolicy
  private let startedAt: Int64
  private let keys = KeyIndex()
  private var subjects: [Subject] = []
  private var aliases: [Alias]
  private var summary = SubjectRegister.Summary()

  fileprivate struct Subject {
    var answer: GrantAnswer
    var since: Int64
    /// Of the record that decides so far; null where there is none that can.
    var order = Value.null
    /// Set where a record has no time, so that the newest is not known.
    var isUndecided = false
    /// Set where the newest records disagree.
    var isTied = false
    var isUnreadable = false
    var allGrant: Bool
  }

  fileprivate struct Alias {
    let index = KeyIndex()
    /// The subjects that a value names. Most name one.
    var holders: [[Int]] = []
    /// Values that named several people once, and never name anyone again.
    var sticky: Set<Int> = []
    /// Values on records without a key: whose they are is not known.
    var unknown: Set<Int> = []
  }

  init(policy: ConsentPolicy, startedAt: Int64) {
    self.policy = policy
    self.startedAt = startedAt
    aliases = policy.aliases.map { _ in Alias() }
  }

  /// Adds the records of a batch. Its columns are the normalised key, the aliases, all as varchar;
  /// then, where the policy has them, the order and the grant.
  mutating func add(_ batch: Batch, _ kernels: Kernels) throws(LakeError) {
    let batch = try batch.compacted(kernels)
    let count = batch.rowCount
    let keyCount = policy.keyColumns.count
    var numbers: [[Int?]] = []
    for column in 0..<keyCount {
      let index = column == 0 ? keys : aliases[column - 1].index
      numbers.append(try SubjectRegisterBuilder.insert(batch.columns[column], index, kernels))
    }
    let order = policy.isByLatest ? batch.columns[keyCount] : nil
    let grant = batch.columns[keyCount + (order == nil ? 0 : 1)]
    for row in 0..<count {
      summary.records += 1
      let (answer, since) = read(grant, row)
      summary.answers[answer.rawValue] += 1
      if answer == .future { summary.nextGrant = min(summary.nextGrant ?? .max, since) }
      guard let subject = numbers[0][row] else {
        summary.keyless += 1
        // Somebody holds the alias, and nobody knows who.
        for column in 1..<keyCount {
          if let number = numbers[column][row] { aliases[column - 1].unknown.insert(number) }
        }
        continue
      }
      enter(subject, answer, since, order: order?.value(at: row))
      for column in 1..<keyCount {
        guard let number = numbers[column][row] else { continue }
        aliases[column - 1].add(subject, to: number)
      }
    }
  }

  /// Refuses a subject for a record that could not be read. `aliases` are those that the record
  /// shows, by their column: the subject holds them like others.
  mutating func refuse(key: String, aliases values: [[String]]) throws(LakeError) {
    let vector = try ColumnVector.of(.varchar, [.string(key)])
    guard
      let number = try SubjectRegisterBuilder.insert(vector, keys, Kernels()).first.flatMap({ $0 })
    else { return }
    if number == subjects.count {
      subjects.append(Subject(answer: .missing, since: 0, allGrant: false))
    }
    subjects[number].isUnreadable = true
    for (column, texts) in values.enumerated() where !texts.isEmpty {
      let vector = try ColumnVector.of(.varchar, texts.map { .string($0) })
      let held = try SubjectRegisterBuilder.insert(vector, aliases[column].index, Kernels())
      for alias in held { if let alias { aliases[column].add(number, to: alias) } }
    }
  }

  /// Aliases that named several people at an earlier time, as `isSticky` remembers them.
  mutating func keepAmbiguity(_ isSticky: (_ column: Int, _ value: String) -> Bool) {
    for column in aliases.indices {
      for number in 0..<aliases[column].index.count where !aliases[column].isAmbiguous(number) {
        if isSticky(column, aliases[column].index.text(number)) {
          aliases[column].sticky.insert(number)
        }
      }
    }
  }

  /// `makeEpoch` names the epoch by what was found.
  func finish(epoch makeEpoch: ([SubjectRegister.KeyColumn]) -> String) -> SubjectRegister {
    var summary = summary
    summary.subjects = subjects.count
    let verdicts = subjects.map { isGranted($0) ? KeyVerdict.granted : .notGranted }
    summary.granted = verdicts.count { $0 == .granted }
    summary.undecided = subjects.count { $0.isUndecided || $0.isTied }
    summary.unreadable = subjects.count { $0.isUnreadable }
    var columns = [
      SubjectRegister.KeyColumn(
        index: keys, verdicts: verdicts, since: subjects.map { $0.since })
    ]
    for alias in aliases {
      let column = keyColumn(alias, verdicts)
      summary.ambiguous.append(alias.ambiguousCount)
      columns.append(column)
    }
    return SubjectRegister(
      policy: policy, epoch: makeEpoch(columns), columns: columns, summary: summary)
  }

  private func read(_ grant: ColumnVector, _ row: Int) -> (answer: GrantAnswer, since: Int64) {
    let value = grant.value(at: row)
    switch policy.grant {
    case .since(_, let unit): return unit.read(value, type: grant.type, startedAt: startedAt)
    case .when: return value == .bool(true) ? (.granted, 0) : (.refused, 0)
    }
  }

  private mutating func enter(
    _ number: Int, _ answer: GrantAnswer, _ since: Int64, order: Value?
  ) {
    let grants = answer == .granted
    if number == subjects.count {
      var subject = Subject(answer: answer, since: since, allGrant: grants)
      subject.order = order ?? .null
      subject.isUndecided = order?.isNull == true || order?.isUnordered == true
      subjects.append(subject)
      return
    }
    subjects[number].allGrant = subjects[number].allGrant && grants
    guard let order else {
      // The latest grant counts: before it, one of the records did not agree yet.
      subjects[number].since = max(subjects[number].since, since)
      return
    }
    subjects[number].newer(answer, since, order)
  }

  private func isGranted(_ subject: Subject) -> Bool {
    if subject.isUnreadable { return false }
    switch policy.records {
    case .all: return subject.allGrant
    case .latest: return subject.answer == .granted && !subject.isUndecided && !subject.isTied
    }
  }

  private func keyColumn(
    _ alias: Alias, _ verdicts: [KeyVerdict]
  ) -> SubjectRegister.KeyColumn {
    var own: [KeyVerdict] = []
    var since: [Int64] = []
    for number in 0..<alias.index.count {
      let holders = number < alias.holders.count ? alias.holders[number] : []
      let isAmbiguous = alias.isAmbiguous(number)
      let allGranted =
        holders.allSatisfy { verdicts[$0] == .granted } && !alias.unknown.contains(number)
      if isAmbiguous, !(policy.allowsSharedAliases && allGranted) {
        own.append(.ambiguous)
      } else {
        own.append(allGranted && !holders.isEmpty ? .granted : .notGranted)
      }
      since.append(holders.map { subjects[$0].since }.max() ?? 0)
    }
    return SubjectRegister.KeyColumn(index: alias.index, verdicts: own, since: since)
  }

  /// The number of each row's text; nil where it is null or empty.
  private static func insert(
    _ vector: ColumnVector, _ index: KeyIndex, _ kernels: Kernels
  ) throws(LakeError) -> [Int?] {
    let flat = try vector.flattened(kernels)
    var numbers: [Int?] = Array(repeating: nil, count: flat.count)
    guard let strings = flat.strings else { return numbers }
    let hashes = try Buffer(byteCount: flat.count * 8, tracker: kernels.tracker)
    let hash = hashes.pointer(as: UInt64.self)
    try kernels.hash(ColumnVector(type: .varchar, flat: flat), into: hash)
    for row in 0..<flat.count where !flat.isNull(row) && strings.pointer[row].count > 0 {
      numbers[row] = try index.insert(strings.pointer[row], hash: hash[row])
    }
    return numbers
  }
}

extension SubjectRegisterBuilder.Subject {
  /// Takes a further record, if it is the newest. A record without a time may be: so nobody knows.
  fileprivate mutating func newer(_ answer: GrantAnswer, _ since: Int64, _ order: Value) {
    if order.isNull || order.isUnordered { isUndecided = true }
    switch order.ordered(before: self.order) {
    case .some(let comparison) where comparison > 0:
      self.order = order
      self.answer = answer
      self.since = since
      isTied = false
    case .some(0):
      if (answer == .granted) != (self.answer == .granted) { isTied = true }
      self.since = max(self.since, since)
    default: break
    }
  }
}

extension SubjectRegisterBuilder.Alias {
  fileprivate mutating func add(_ subject: Int, to number: Int) {
    // A record without a key gave its alias a number, and no holder.
    while holders.count <= number { holders.append([]) }
    if !holders[number].contains(subject) { holders[number].append(subject) }
  }

  fileprivate func isAmbiguous(_ number: Int) -> Bool {
    let count = number < holders.count ? holders[number].count : 0
    return count + (unknown.contains(number) ? 1 : 0) > 1 || sticky.contains(number)
  }

  fileprivate var ambiguousCount: Int { (0..<index.count).count { isAmbiguous($0) } }
}

extension ConsentPolicy {
  var isByLatest: Bool { if case .latest = records { true } else { false } }
}

extension Value {
  /// NaN has no place in an order of time.
  fileprivate var isUnordered: Bool {
    switch self {
    case .double(let number): number != number
    case .float(let number): number != number
    default: false
    }
  }

  /// Negative, zero or positive, as this stands before, with or after the other; nil where there
  /// is no order between them. Both are of one type.
  fileprivate func ordered(before other: Value) -> Int? {
    func sign<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : a == b ? 0 : 1 }
    return switch (self, other) {
    case (.int(let a), .int(let b)): sign(a, b)
    case (.int128(let a), .int128(let b)): sign(a, b)
    case (.double(let a), .double(let b)): a == a && b == b ? sign(a, b) : nil
    case (.float(let a), .float(let b)): a == a && b == b ? sign(a, b) : nil
    case (.string(let a), .string(let b)):
      a == b ? 0 : a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1
    case (_, .null) where !self.isNull: 1
    default: nil
    }
  }
}
