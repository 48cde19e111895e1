import LakeCore

/// Checks every row that is about to be published. Used by one thread at a time.
package protocol RowChecker: AnyObject {
  /// Looks at the rows of a batch, hidden columns included, and says which are kept; nil keeps all.
  /// The answer is a part of the batch's own selection. A row that forbids the whole publish is an
  /// error.
  func check(_ batch: Batch) throws -> Selection?

  /// Called once behind the last batch; what can only be told of all rows is told here.
  func finish() throws -> CheckSummary
}

/// What a checker has checked.
package struct CheckSummary: Sendable, Hashable {
  /// The contract that the rows were checked against, word for word.
  package var contract: TableContract
  /// Of the policies that were applied.
  package var policyHash: String
  /// The state of the subjects' tables that counted.
  package var consentEpoch: String
  /// Rows that broke a constraint and were put aside.
  package var rejectedRows: Int
  /// Rows that were withheld since a person did not agree.
  package var withheldRows: Int

  package init(
    contract: TableContract, policyHash: String = "", consentEpoch: String = "",
    rejectedRows: Int = 0, withheldRows: Int = 0
  ) {
    self.contract = contract
    self.policyHash = policyHash
    self.consentEpoch = consentEpoch
    self.rejectedRows = rejectedRows
    self.withheldRows = withheldRows
  }
}
