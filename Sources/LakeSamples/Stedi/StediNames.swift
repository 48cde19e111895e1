/// First and last names, padded to 16 bytes each so that one can be copied without looking at it.
// @unchecked Sendable: the memory is written in init and only read afterwards.
final class StediNames: @unchecked Sendable {
  static let stride = 16

  let firstCount: Int
  let lastCount: Int
  /// The first names, then the last ones, `stride` bytes each.
  let bytes: UnsafeMutablePointer<UInt8>
  let lengths: UnsafeMutablePointer<UInt8>

  init() {
    let first = StediNames.first.split(separator: " ")
    let last = StediNames.last.split(separator: " ")
    firstCount = first.count
    lastCount = last.count
    let all = first + last
    bytes = .allocate(capacity: all.count * StediNames.stride)
    bytes.initialize(repeating: 0, count: all.count * StediNames.stride)
    lengths = .allocate(capacity: all.count)
    for (index, name) in all.enumerated() {
      precondition(name.utf8.count <= StediNames.stride)
      lengths[index] = UInt8(name.utf8.count)
      for (offset, byte) in name.utf8.enumerated() {
        bytes[index * StediNames.stride + offset] = byte
      }
    }
  }

  deinit {
    bytes.deallocate()
    lengths.deallocate()
  }

  private static let first = """
    Adaeze Agnes Ahmed Aiko Alan Alice Amara Amir Ana Andre Angela Anton Aria Astrid Ben Bianca \
    Boris Bruno Carla Carlos Chen Chloe Clara Conor Daiyu Dalia Dana Daniel Deepa Diego Dmitri \
    Edith Elena Eli Emeka Emma Erik Esther Eva Farah Felix Fiona Frank Freya Gabriel Gita Grace \
    Gustav Hana Hannah Hassan Helen Henry Hugo Ida Imani Ines Ingrid Iris Ivan Jack Jamal Jane \
    Javier Joan Jonas Jorge Julia Kamal Karin Kenji Kofi Lara Lars Layla Leo Lina Luca Lucy Maja \
    Malik Maria Mateo Mei Mina Nadia Nils Noor Olga Omar Paula Pedro Priya Rosa Samir Sara Tariq \
    Uma Vera Yusuf Zoe
    """

  private static let last = """
    Abbott Adler Afolabi Aguilar Ahmadi Andersen Aoki Baker Banerjee Barros Becker Bello Bergman \
    Bianchi Blake Bondar Castro Chandra Chavez Cohen Conti Cruz Dahl Desai Diaz Doshi Dubois \
    Duran Eklund Endo Eriksen Farouk Fischer Flores Fontaine Fraser Fujita Garcia Ghosh Gomez \
    Gruber Haddad Hansen Haruna Herrera Hoffman Hughes Huang Ibarra Ito Ivanov Jansen Jensen \
    Joshi Kaplan Kato Keller Khan Kim Koch Kovacs Kumar Lambert Larsen Lee Lindgren Lopez Mahmoud \
    Marino Martin Mbeki Mensah Meyer Molina Moreau Mori Nakamura Nguyen Novak Nunez Okafor Olsen \
    Ortiz Park Patel Pereira Petrov Quinn Ramos Rao Reyes Rossi Saito Santos Schmidt Silva Singh \
    Suarez Tanaka Weber
    """
}
