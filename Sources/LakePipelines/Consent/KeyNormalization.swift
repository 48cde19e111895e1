import LakeCore
import LakeEngine
import LakeSQL

/// Makes a value comparable with the keys of a register: text, and for the subject's own key what
/// the policy says under NORMALIZED.
enum KeyNormalization {
  /// An expression over whatever `value` is over.
  static func expression(
    _ policy: ConsentPolicy, keyIndex: Int, of value: BoundExpression
  ) throws -> BoundExpression {
    let text = asText(value)
    guard keyIndex == 0, let normalization = policy.normalization else { return text }
    let schema = Schema([Field(policy.key, .varchar)])
    let bound = try Binder(NoTables(), source: SourceText(policy.text)).bind(
      normalization, over: schema, named: policy.subjects.name)
    return asText(bound.substituting([text]))
  }

  private static func asText(_ value: BoundExpression) -> BoundExpression {
    value.type == .varchar ? value : BoundExpression(.cast(value, .strict), .varchar)
  }
}

/// Resolves nothing: an expression over a key reads no table.
private struct NoTables: TableResolver {
  func resolve(_ parts: [String], asOf: TableMoment?) throws -> ResolvedRelation {
    throw LakeError(.notFound, "a policy's NORMALIZED reads no table")
  }

  func resolveFiles(_ request: FileRequest) throws -> BoundTable {
    throw LakeError(.notFound, "a policy's NORMALIZED reads no file")
  }
}
