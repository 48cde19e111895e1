/// What somebody did on the keyboard.
package enum Key: Sendable, Equatable {
  case text(String)
  /// Text that came by one stroke, whatever it holds.
  case paste(String)
  case enter, tab, backspace, delete, escape
  case left, right, up, down, home, end
  case wordLeft, wordRight, textStart, textEnd
  /// A letter together with Ctrl.
  case control(Character)
  /// A character together with Alt.
  case alt(Character)
  /// A sequence that means nothing here.
  case unknown
}
