import LakeCore

/// A proof that every row of one staged write went through the checker of its contract. Only a
/// staged write can make it, from what it saw itself; it is good for that write and no other.
package struct CheckProof: Sendable, Hashable {
  package let contract: TableContract
  package let policyHash: String
  package let consentEpoch: String
  package let rowsIn: Int
  package let rowsOut: Int
  package let rejectedRows: Int
  package let withheldRows: Int

  /// To be made by nobody but `StagedWrite`, which has seen the rows.
  init(_ summary: CheckSummary, seen rowsIn: Int, kept rowsOut: Int) {
    contract = summary.contract
    policyHash = summary.policyHash
    consentEpoch = summary.consentEpoch
    rejectedRows = summary.rejectedRows
    withheldRows = summary.withheldRows
    self.rowsIn = rowsIn
    self.rowsOut = rowsOut
  }
}
