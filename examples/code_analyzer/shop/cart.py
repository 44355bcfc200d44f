from prices import price_of


def total(lines):
    cents = 0
    for line in lines:
        cents += line.count * price_of(line.article)
    return cents


def describe(lines):
    try:
        return ", ".join(f"{line.count} x {line.article}" for line in lines)
    except:
        return ""
