import LakeCore
import LakeEngine
import LakeSQL

/// Makes a value comparable with the keys of a register: text, and for the subject's own key what the
/// policy says under NORMALIZED.
enum KeyNormalization {
  /// An expression over whatever `value` is over.
  static func expression(
    _ policy: ConsentPolicy, keyIndex: Int, of value: BoundExpression
  ) throws -> BoundExpression {
    let text = asText(value)
    guard keyIndex == 0, let normalization = policy.normalization else { return text }
    let schema = Schema([Field(policy.key, .varchar)])
    let bound = try Binder(StaticResolver()).bind(
      normalization, over: schema, in: SourceText(policy.text))
    return asText(bound.substituting([text]))
  }

  private static func asText(_ value: BoundExpression) -> BoundExpression {
    value.type == .varchar ? value : BoundExpression(.cast(value, .strict), .varchar)
  }
}
