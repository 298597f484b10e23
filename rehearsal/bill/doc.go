// Package bill counts what a stack, as it lives in the stand-in cloud, uses in a month: the quantities that AWS charges
// for and that can be known from the resources alone. What depends on use is named and not counted.
//
// Quantities hold; prices change, differ by region and are not ours. Whoever wants money brings a file with prices
// ([Read]), and each price in it says of which day it is and where it was found.
package bill
