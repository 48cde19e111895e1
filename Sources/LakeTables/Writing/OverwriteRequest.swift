import LakeCore

/// What a table shall be after an overwrite.
package struct OverwriteRequest {
  /// The columns, without those that only the checker sees.
  package var schema: Schema
  package var comment: String?
  /// By the name of a column: what the log says of it beside its type, such as `comment`.
  package var fieldMetadata: [String: [JSONValue.Member]]
  package var contract: TableContract?
  /// Needed where there is a contract.
  package var checker: (any RowChecker)?
  /// The version that the work was based on, where it read or looked at the table before; by
  /// default the version that is the latest when the write begins.
  package var basedOnVersion: Int?

  package init(
    schema: Schema, comment: String? = nil, fieldMetadata: [String: [JSONValue.Member]] = [:],
    contract: TableContract? = nil, checker: (any RowChecker)? = nil, basedOnVersion: Int? = nil
  ) {
    self.schema = schema
    self.comment = comment
    self.fieldMetadata = fieldMetadata
    self.contract = contract
    self.checker = checker
    self.basedOnVersion = basedOnVersion
  }
}
