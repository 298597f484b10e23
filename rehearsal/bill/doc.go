// Package bill counts the monthly usage of a stack in the stand-in cloud: the quantities that AWS charges for and that
// follow from the resources alone. Charges that depend on use are listed without a quantity.
//
// Quantities are stable, but prices change and differ by region. To compute a cost, read a file with prices ([Read]);
// each price in it has a date and a source.
package bill
