/// Sizes as apk prints them.
package enum HumanSize {
    /// `4096 B`, `652 KiB`, `11.8 MiB`: divided by 1024 while it is 10,000 or more; one decimal from MiB on.
    ///
    /// apk divides a 32-bit float along with the integer and prints the float; so does this.
    package static func text(_ size: UInt64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var integer = size
        var float = Float(size)
        var unit = 0
        while float >= 10_000, unit < units.count - 1 {
            float /= 1024
            integer /= 1024
            unit += 1
        }
        guard unit >= 2 else { return "\(integer) \(units[unit])" }
        let tenths = (Double(float) * 10).rounded(.toNearestOrEven)
        let whole = UInt64(tenths)
        return "\(whole / 10).\(whole % 10) \(units[unit])"
    }
}
