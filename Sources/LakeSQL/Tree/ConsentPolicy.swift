/// `CREATE CONSENT POLICY name ON table SUBJECT …`: who has agreed to a purpose, and which tables
/// are about them.
package struct CreatePolicy: Sendable, Hashable {
  /// Which of a subject's records counts.
  package enum Records: Sendable, Hashable {
    /// All must grant.
    case all
    /// The one with the greatest value.
    case latest(by: Expression)
  }

  package enum Grant: Sendable, Hashable {
    /// The moment from which consent holds.
    case since(Expression, EpochUnit?)
    /// A condition.
    case when(Expression)
  }

  /// What a number that stands for a moment counts.
  package enum EpochUnit: String, Sendable, Hashable, CaseIterable {
    case milliseconds = "MILLIS"
    case seconds = "SECONDS"
  }

  package enum RejectAction: String, Sendable, Hashable, CaseIterable {
    case fail = "FAIL"
    case warn = "WARN"
  }

  package var name: Identifier
  /// The table of the subjects.
  package var table: QualifiedName
  package var isReplacing = false
  package var ifNotExists = false
  /// The column that says who a record is about.
  package var subject: Identifier
  /// What is compared in place of the subject.
  package var normalized: Expression?
  /// ALSO KNOWN AS.
  package var aliases: [Identifier] = []
  /// As written; without, ALL.
  package var records: Records?
  package var grant: Grant
  package var covers: [Coverage] = []
  /// ON WITHDRAWAL PURGE AFTER.
  package var purgeAfter: IntervalLiteral?
  /// As written; without, FAIL.
  package var onReject: RejectAction?
  /// AMBIGUOUS IF ALL GRANTED.
  package var allowsAmbiguous = false

  package init(_ name: Identifier, on table: QualifiedName, subject: Identifier, _ grant: Grant) {
    self.name = name
    self.table = table
    self.subject = subject
    self.grant = grant
  }
}

/// A table of COVERS: `landing.accelerometer (user = email)`.
package struct Coverage: SyntaxNode {
  package var table: QualifiedName
  package var keys: [ConsentKey]
  package var origin: Origin

  package init(_ table: QualifiedName, _ keys: [ConsentKey], origin: Origin = .none) {
    self.table = table
    self.keys = keys
    self.origin = origin
  }
}

/// `user = email`, or `email` alone where the names agree.
package struct ConsentKey: SyntaxNode {
  /// Says whose a row is: a column of the table that the clause is about, one that its query reads
  /// and drops (`a.user`), or an expression of one. No comparison.
  package var column: Expression
  /// What of the policy's subject table it is equal to.
  package var subject: Expression?
  package var origin: Origin

  package init(_ column: Expression, subject: Expression? = nil, origin: Origin = .none) {
    self.column = column
    self.subject = subject
    self.origin = origin
  }
}

/// `CONSENT policy …` of a table: what must hold of its rows.
package struct ConsentClause: SyntaxNode {
  package enum Rule: Sendable, Hashable {
    /// `BY (user = email) [AT (timestamp)] [ON VIOLATION action]`; `at` is the row's own time.
    case by([ConsentKey], at: Identifier?, onViolation: Action?)
    /// `AGGREGATE [MIN n SUBJECTS]`.
    case aggregate(minimumSubjects: Int?)
  }

  package enum Action: String, Sendable, Hashable, CaseIterable {
    /// Without an action, this one.
    case fail = "FAIL"
    case remove = "REMOVE"
  }

  package var policy: Identifier
  package var rule: Rule
  package var origin: Origin

  package init(_ policy: Identifier, _ rule: Rule, origin: Origin = .none) {
    self.policy = policy
    self.rule = rule
    self.origin = origin
  }
}

/// `LAWFUL BASIS contract BECAUSE '…'`.
package struct LawfulBasis: SyntaxNode {
  package var basis: Identifier
  package var reason: String
  package var origin: Origin

  package init(_ basis: Identifier, because reason: String, origin: Origin = .none) {
    self.basis = basis
    self.reason = reason
    self.origin = origin
  }
}
