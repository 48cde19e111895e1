import CFuzzer
import LakeSQL

/// Any text as SQL: read or refused, and what is read is printed so that it is read alike. Queries
/// are answered, over two small tables.
@_cdecl("FuzzSQL_main")
public func runFuzzer(
  _ argumentCount: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  var argumentCount = argumentCount
  var arguments = arguments
  return LLVMFuzzerRunDriver(&argumentCount, &arguments, testOneInput)
}

/// Also found by this name by libFuzzer's own start-up code.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  guard let data, size <= 4096 else { return 0 }
  let text = String(decoding: UnsafeBufferPointer(start: data, count: size), as: UTF8.self)
  do {
    for statement in try SQLParser.parse(text) {
      check(statement)
      if case .query(let query) = statement.kind { answer(query, SourceText(text)) }
    }
  } catch {
    guard let place = error.place, SourceText(text).excerpt(place) != nil else {
      fatalError("\(error) has no place in the text")
    }
  }
  return 0
}

private func check(_ statement: Statement) {
  let printed = statement.sql
  do {
    guard try SQLParser.parseStatement(printed) == statement else {
      fatalError("read as something else: \(printed)")
    }
  } catch {
    // Casts and predicates are printed with more parentheses than they may have been written with.
    guard error.code == .limitExceeded else { fatalError("\(error) in \(printed)") }
  }
}
