import LakeCore
import LakeSQL
import LakeTables

/// What the log of a managed table says about its rows, as the checks understand it: the content of
/// a `TableContract`.
///
///     {"governed":true,"policies":["research"],
///      "consents":[{"policy":"research","on_violation":"FAIL",
///                   "keys":[{"column":"user","key":"email","hidden":false}],"at":null}],
///      "aggregates":["research"],"lawful_bases":[{"basis":"contract","because":"…"}],
///      "constraints":[{"text":"PRIMARY KEY (email)","sql":"PRIMARY KEY (email)",
///                      "on_violation":"FAIL"}]}
package struct JobContract: Sendable, Hashable {
  package struct Key: Sendable, Hashable {
    package var column: String
    package var key: String
    /// Whether the table leaves the column out: it was proved when the rows were published, and
    /// cannot be looked up again.
    package var isHidden: Bool
  }

  package struct Consent: Sendable, Hashable {
    package var policy: String
    package var keys: [Key]
    package var time: String?
    package var removes: Bool

    /// Whether the people behind a row can be found in the row.
    package var isVisible: Bool { !keys.isEmpty && keys.allSatisfy { !$0.isHidden } }
  }

  package struct Constraint: Sendable, Hashable {
    /// How messages call it.
    package var text: String
    /// What it is in full, so that it can be checked again; nil in tables of earlier versions.
    package var sql: String?
    package var action: String
  }

  package struct Basis: Sendable, Hashable {
    package var basis: String
    package var reason: String
  }

  /// The policies of everything that the rows were made of: whoever reads them must say how its own
  /// rows relate to people.
  package var policies: [String] = []
  package var consents: [Consent] = []
  /// Policies whose people stand behind rows in groups.
  package var aggregates: [String] = []
  package var lawfulBases: [Basis] = []
  package var constraints: [Constraint] = []

  package init() {}

  package var isGoverned: Bool { !policies.isEmpty }

  package func consent(of policy: String) -> Consent? {
    consents.first { $0.policy.lowercased() == policy.lowercased() }
  }

  /// Whether rows of people who did not agree may be in it: it is made of the policy's data on
  /// another basis than consent.
  package func isUnfiltered(by policy: String) -> Bool {
    let name = policy.lowercased()
    return policies.contains { $0.lowercased() == name } && consent(of: policy) == nil
      && !aggregates.contains { $0.lowercased() == name }
  }

  /// Nil where there is nothing to hold rows to.
  package var contract: TableContract? {
    guard isGoverned || !constraints.isEmpty else { return nil }
    return TableContract(text: json.description)
  }

  private var json: JSONValue {
    .object([
      "governed": .bool(isGoverned),
      "policies": .array(policies.map(JSONValue.string)),
      "consents": .array(consents.map(\.json)),
      "aggregates": aggregates.isEmpty ? nil : .array(aggregates.map(JSONValue.string)),
      "lawful_bases": lawfulBases.isEmpty
        ? nil
        : .array(
          lawfulBases.map {
            .object(["basis": .string($0.basis), "because": .string($0.reason)])
          }),
      "constraints": .array(
        constraints.map {
          .object([
            "text": .string($0.text), "sql": $0.sql.map { .string($0) },
            "on_violation": .string($0.action),
          ])
        }),
    ])
  }

  /// What a table's log says; an error where it cannot be understood, since then nobody may read
  /// the table.
  package init(_ contract: TableContract) throws(LakeError) {
    let value = try JSONValue(parsing: contract.text)
    policies = value["policies"]?.elements?.compactMap(\.text) ?? []
    aggregates = value["aggregates"]?.elements?.compactMap(\.text) ?? []
    consents = try (value["consents"]?.elements ?? []).map(Consent.init)
    lawfulBases = (value["lawful_bases"]?.elements ?? []).compactMap { basis in
      basis["basis"]?.text.map { Basis(basis: $0, reason: basis["because"]?.text ?? "") }
    }
    constraints = (value["constraints"]?.elements ?? []).compactMap { constraint in
      constraint["text"]?.text.map {
        Constraint(
          text: $0, sql: constraint["sql"]?.text,
          action: constraint["on_violation"]?.text ?? "FAIL")
      }
    }
    if contract.isGoverned, policies.isEmpty { throw Consent.damage }
  }
}

extension JobContract.Consent {
  fileprivate var json: JSONValue {
    .object([
      "policy": .string(policy),
      "on_violation": .string(removes ? "REMOVE" : "FAIL"),
      "keys": .array(
        keys.map {
          .object([
            "column": .string($0.column), "key": .string($0.key), "hidden": .bool($0.isHidden),
          ])
        }),
      "at": time.map { .string($0) },
    ])
  }

  fileprivate init(_ value: JSONValue) throws(LakeError) {
    guard let policy = value["policy"]?.text, let keys = value["keys"]?.elements else {
      throw Self.damage
    }
    self.policy = policy
    self.keys = []
    for key in keys {
      guard let column = key["column"]?.text, let name = key["key"]?.text else {
        throw Self.damage
      }
      self.keys.append(
        JobContract.Key(column: column, key: name, isHidden: key["hidden"]?.boolean ?? true))
    }
    time = value["at"]?.text
    removes = value["on_violation"]?.text == "REMOVE"
  }

  fileprivate static var damage: LakeError {
    LakeError(
      .consentViolation, "the contract in the table's log cannot be understood",
      hint:
        "The table was written by something else, or is damaged. Publish it again with lake run.")
  }
}
