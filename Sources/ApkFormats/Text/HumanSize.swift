/// A number of bytes as apk prints it: `4096 B`, `652 KiB`, `11.8 MiB`.
///
/// apk carries the value as a 32-bit float beside an integer, divides both by 1024 while the float is 10000 or more,
/// and shows the integer up to KiB, and one decimal of the float from MiB on.
///
/// - Parameter isInteger: true to show the integer always, as `apk info -s` does.
package func humanSize(_ bytes: Int, isInteger: Bool = false) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    var unit = 0
    var number = bytes
    var value = Float(bytes)
    while value >= 10000, unit < units.count - 1 {
        number /= 1024
        value /= 1024
        unit += 1
    }
    guard unit > 1, !isInteger else { return "\(number) \(units[unit])" }
    // Ten times a float is exact in a double, so this rounds as `%.1f` does: to the nearest, ties to even.
    let tenths = Int((Double(value) * 10).rounded(.toNearestOrEven))
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
}
