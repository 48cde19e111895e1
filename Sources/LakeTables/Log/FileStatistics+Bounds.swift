import LakeCore

/// What is known of the values of a column in a file.
package struct FileBounds: Sendable, Hashable {
  /// No value is less, and none is greater. Not all writers are exact: there need be no row with
  /// the bound itself.
  package var minimum: Value?
  package var maximum: Value?
  package var nullCount: Int?
}

extension FileStatistics {
  /// What the statistics say of a column, as far as it can be relied upon whoever wrote them.
  package func bounds(of field: Field) -> FileBounds {
    FileBounds(
      minimum: FileStatistics.value(minimums, field, isMaximum: false),
      maximum: FileStatistics.value(maximums, field, isMaximum: true),
      nullCount: nullCounts.last { $0.name == field.name }?.value.integer)
  }

  private static func value(
    _ members: [JSONValue.Member], _ field: Field, isMaximum: Bool
  ) -> Value? {
    switch members.last(where: { $0.name == field.name })?.value {
    case .number(let text)?: number(text, field.type)
    case .string(let text)?: value(text, field.type, isMaximum: isMaximum)
    default: nil
    }
  }

  private static func number(_ text: String, _ type: DataType) -> Value? {
    withBytes(text) { start, count in
      switch type {
      case .tinyint, .smallint, .integer, .bigint: return Int64(text).map { .int($0) }
      case .real:
        guard let float = DoubleText.parseFloat(start, count: count), float.isFinite else {
          return nil
        }
        return .float(float)
      case .double:
        guard let double = DoubleText.parse(start, count: count), double.isFinite else {
          return nil
        }
        return .double(double)
      // Some writers go by way of doubles, which hold fifteen digits.
      case .decimal(let precision, let scale) where precision <= 15:
        guard
          case .value(let value) = DecimalText.parse(
            start, count: count, precision: precision, scale: scale)
        else { return nil }
        return Int64(exactly: value).map { .int($0) }
      default: return nil
      }
    }
  }

  private static func value(_ text: String, _ type: DataType, isMaximum: Bool) -> Value? {
    withBytes(text) { start, count in
      switch type {
      // Longer text may be a beginning, cut by rules that are the writer's own.
      case .varchar: return count < textBytesMax ? .string(text) : nil
      case .date: return DateText.parse(start, count: count).map { .int(Int64($0)) }
      case .timestamp, .localTimestamp:
        guard let time = TimestampText.parse(start, count: count),
          time.hasZone == (type == .timestamp)
        else { return nil }
        // Many writers leave out what is finer than a millisecond, in one direction or the other.
        let (widened, overflow) = time.microseconds.addingReportingOverflow(
          isMaximum ? 1000 : -1000)
        return overflow ? nil : .int(widened)
      default: return nil
      }
    }
  }

  private static func withBytes<R>(
    _ text: String, _ body: (UnsafePointer<UInt8>, Int) -> R?
  ) -> R? {
    var text = text
    return text.withUTF8 { bytes in
      bytes.baseAddress.flatMap { body($0, bytes.count) }
    }
  }
}
