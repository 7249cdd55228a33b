extension Sequence {
    /// The sum of sizes that somebody else wrote down: the largest number where it would be larger.
    package func saturatingSum<Size: FixedWidthInteger>(of size: (Element) -> Size) -> Size {
        reduce(0) { total, element in
            let (sum, overflow) = total.addingReportingOverflow(Swift.max(0, size(element)))
            return overflow ? .max : sum
        }
    }
}
